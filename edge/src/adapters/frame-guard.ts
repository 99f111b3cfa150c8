import type { Socket } from 'node:net';

export interface FrameLimits {
  /** Largest remaining length of the CONNECT, bytes. */
  readonly connectBytes: number;
  /** Largest remaining length of any later packet, bytes. */
  readonly packetBytes: number;
}

export const DEFAULT_FRAME_LIMITS: FrameLimits = { connectBytes: 2 * 1024, packetBytes: 256 * 1024 };

/** Why a connection was ended before its bytes reached the broker. */
export type FrameFault =
  | 'not_connect'
  | 'connect_too_large'
  | 'packet_too_large'
  | 'malformed_length'
  | 'reserved_type';

export interface FrameInspector {
  /** Looks at bytes as they come; a fault, or null as long as all is well. After a fault it must not be asked again. */
  readonly inspect: (chunk: Uint8Array) => FrameFault | null;
  /** Packets that have begun. */
  readonly packets: number;
  /** Bytes that have come of a packet whose end has not; 0 between packets. */
  readonly unfinished: number;
}

const CONNECT_HEADER = 0x10;
/** Reserved (0, 15), or a server's to send: CONNACK, SUBACK, UNSUBACK, PINGRESP (MQTT 3.1.1 §2.2.1). */
const NOT_FOR_CLIENTS: ReadonlySet<number> = new Set([0, 2, 9, 11, 13, 15]);
const MAX_LENGTH_BYTES = 4;

/**
 * Follows the packets of one MQTT connection by their fixed headers alone (MQTT 3.1.1 §2.2): the
 * first must be a CONNECT, and none may announce more than the limits. It decides on the announced
 * length, so that nobody has to buffer what will be refused.
 */
export function createFrameInspector({ connectBytes, packetBytes }: FrameLimits): FrameInspector {
  let state: 'header' | 'length' | 'body' = 'header';
  let connected = false;
  let lengthBytes = 0;
  let length = 0;
  let packets = 0;
  let came = 0;

  function header(byte: number): FrameFault | null {
    if (!connected && byte !== CONNECT_HEADER) return 'not_connect';
    const type = byte >> 4;
    if (NOT_FOR_CLIENTS.has(type)) return 'reserved_type';
    state = 'length';
    lengthBytes = 0;
    length = 0;
    packets += 1;
    came = 1;
    return null;
  }

  function lengthByte(byte: number): FrameFault | null {
    length += (byte & 0x7f) * 128 ** lengthBytes;
    lengthBytes += 1;
    came += 1;
    if (byte & 0x80) return lengthBytes === MAX_LENGTH_BYTES ? 'malformed_length' : null;
    if (!connected && length > connectBytes) return 'connect_too_large';
    if (length > packetBytes) return 'packet_too_large';
    connected = true;
    state = length > 0 ? 'body' : 'header';
    return null;
  }

  function inspect(chunk: Uint8Array): FrameFault | null {
    let at = 0;
    while (at < chunk.length) {
      if (state === 'body') {
        const taken = Math.min(length, chunk.length - at);
        at += taken;
        length -= taken;
        came += taken;
        if (length === 0) state = 'header';
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      const fault = state === 'header' ? header(byte) : lengthByte(byte);
      if (fault) return fault;
    }
    return null;
  }

  return {
    inspect,
    get packets() {
      return packets;
    },
    get unfinished() {
      return state === 'header' ? 0 : came;
    },
  };
}

export interface SocketGuard {
  readonly frames: FrameInspector;
  /** A peer that lets more than this many bytes queue is ended. */
  readonly maxQueuedBytes: number;
  /** True while nothing more is to be read of this peer; absent: never. Who reads has to ask again by itself. */
  readonly isHeld?: () => boolean;
  readonly onFault: (fault: FrameFault | 'queue_too_long') => void;
}

/**
 * Puts the guard between a socket and whoever reads it with `read` and writes it with `write`. Bytes
 * of a refused packet are never handed on. `write` never pushes back: a broker that waits for one
 * slow reader would keep all others waiting (edge-broker measurements: 5 s against 50 ms); instead a
 * peer that does not read is ended once `maxQueuedBytes` wait for it.
 *
 * The two methods are replaced on the socket itself: a stream of its own around it would copy every
 * byte through a second pair of buffers.
 */
export function guardSocket<S extends Socket>(socket: S, { frames, maxQueuedBytes, isHeld, onFault }: SocketGuard): S {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;

  socket.read = (size?: number): unknown => {
    if (isHeld?.()) return null;
    const chunk: unknown = size === undefined || size === null ? read() : read(size);
    if (!(chunk instanceof Uint8Array)) return chunk;
    const fault = frames.inspect(chunk);
    if (!fault) return chunk;
    onFault(fault);
    socket.destroy();
    return null;
  };

  socket.write = (...args: unknown[]): boolean => {
    if (socket.destroyed) return true;
    write(...args);
    if (socket.writableLength > maxQueuedBytes) {
      onFault('queue_too_long');
      socket.destroy();
    }
    return true;
  };
  return socket;
}
