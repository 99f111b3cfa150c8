import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { generate } from 'mqtt-packet';
import { createFrameInspector, DEFAULT_FRAME_LIMITS, type FrameFault, guardSocket } from './frame-guard.ts';

const CONNECT = generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clientId: 'a',
  clean: true,
  keepalive: 60,
});
const PUBLISH = generate({
  cmd: 'publish',
  topic: 't',
  payload: 'x'.repeat(300),
  qos: 1,
  messageId: 7,
  retain: false,
  dup: false,
});
const PING = Uint8Array.of(0xc0, 0);

/** A header of `type` that announces `length` bytes. */
function header(type: number, length: number): Uint8Array {
  const bytes = [type];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest >= 128 ? (rest % 128) | 0x80 : rest);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}

describe('the frame inspector', () => {
  const faultOf = (...chunks: Uint8Array[]) => {
    const { inspect } = createFrameInspector(DEFAULT_FRAME_LIMITS);
    return inspect(Buffer.concat(chunks));
  };

  test.each<[string, FrameFault | null, Uint8Array[]]>([
    ['an ordinary conversation', null, [CONNECT, PUBLISH, PING, PUBLISH]],
    ['a publish before the CONNECT', 'not_connect', [PUBLISH]],
    ['another protocol', 'not_connect', [Buffer.from('GET / HTTP/1.1\r\n')]],
    ['a CONNECT of 2 KiB', null, [header(0x10, 2_048)]],
    ['a CONNECT above 2 KiB', 'connect_too_large', [header(0x10, 2_049)]],
    ['a CONNECT that announces 256 MB', 'connect_too_large', [Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f)]],
    ['a packet of 256 KiB', null, [CONNECT, header(0x30, 262_144)]],
    ['a packet above 256 KiB', 'packet_too_large', [CONNECT, header(0x30, 262_145)]],
    ['a length of five bytes', 'malformed_length', [CONNECT, Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 1)]],
    ['a reserved type', 'reserved_type', [CONNECT, Uint8Array.of(0xf0, 0)]],
    ['a packet that only a server sends', 'reserved_type', [CONNECT, Uint8Array.of(0xd0, 0)]],
  ])('%s: %s', (_, fault, chunks) => {
    expect(faultOf(...chunks)).toBe(fault);
  });

  test('knows how much of an unfinished packet has come', () => {
    const frames = createFrameInspector(DEFAULT_FRAME_LIMITS);
    frames.inspect(CONNECT);
    expect([frames.packets, frames.unfinished]).toEqual([1, 0]);
    frames.inspect(PUBLISH.subarray(0, 100));
    expect([frames.packets, frames.unfinished]).toEqual([2, 100]);
    frames.inspect(PUBLISH.subarray(100));
    frames.inspect(PING.subarray(0, 1));
    expect([frames.packets, frames.unfinished]).toEqual([3, 1]);
  });

  test('comes to the same end however the bytes are cut', () => {
    const bytes = Buffer.concat([CONNECT, PUBLISH, PING, PUBLISH, header(0x30, 300_000), PING]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 40 }), (cuts) => {
        const { inspect } = createFrameInspector(DEFAULT_FRAME_LIMITS);
        const edges = [...new Set([0, ...cuts, bytes.length])].toSorted((a, b) => a - b);
        let fault: FrameFault | null = null;
        for (let n = 1; n < edges.length && !fault; n++) fault = inspect(bytes.subarray(edges[n - 1], edges[n]));
        expect(fault).toBe('packet_too_large');
      }),
    );
  });
});

describe('a guarded socket', () => {
  const cleanUps: (() => void)[] = [];
  afterEach(() => {
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
  });

  async function pair(maxQueuedBytes: number): Promise<{ guarded: Socket; peer: Socket; faults: string[] }> {
    const faults: string[] = [];
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const peer = connect({ host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 });
    peer.on('error', () => undefined);
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.on('error', () => undefined);
    cleanUps.push(() => {
      socket.destroy();
      peer.destroy();
      server.close();
    });
    const onFault = (fault: string) => faults.push(fault);
    const frames = createFrameInspector(DEFAULT_FRAME_LIMITS);
    return { guarded: guardSocket(socket, { frames, maxQueuedBytes, onFault }), peer, faults };
  }

  test('hands on what is right and ends at what is not, without handing it on', async () => {
    const { guarded, peer, faults } = await pair(1_000_000);
    const heard: Buffer[] = [];
    guarded.on('readable', () => {
      const chunk: unknown = guarded.read();
      if (chunk instanceof Buffer) heard.push(chunk);
      if (heard.length === 1 && chunk) peer.write(header(0x30, 300_000));
    });
    peer.write(CONNECT);
    await once(guarded, 'close');
    expect(Buffer.concat(heard)).toEqual(CONNECT);
    expect(faults).toEqual(['packet_too_large']);
  });

  test('never pushes back, and ends a peer that does not read', async () => {
    const { guarded, peer, faults } = await pair(1_000_000);
    peer.pause();
    const closed = once(guarded, 'close');
    const bytes = Buffer.alloc(64 * 1024);
    for (let n = 0; n < 400 && !guarded.destroyed; n++) {
      expect(guarded.write(bytes)).toBe(true);
      await new Promise(setImmediate);
    }
    await closed;
    expect(faults).toEqual(['queue_too_long']);
    expect(guarded.write(bytes)).toBe(true);
  });
});
