import type { Socket } from 'node:net';
import type { FrameInspector } from '../frame-guard.ts';

export interface NeglectLimits {
  /** The rest of a packet must have come within this time, ms. */
  readonly packetMs: number;
  /** Who is owed something and takes no byte of it for this long is ended, ms. */
  readonly unreadMs: number;
  /** How often is looked, ms. */
  readonly lookEveryMs: number;
  /** Unfinished packets, and what waits to be read by peers, of all connections together, bytes. */
  readonly connectionBytes: number;
}

/** Why a connection was ended that says nothing wrong, but too slowly or too much of it at a time. */
export type Neglect = 'packet_too_slow' | 'peer_does_not_read' | 'too_many_bytes';

/** Watches connections for what no single byte shows. */
export interface Watch {
  watch(socket: Socket, frames: FrameInspector): void;
  stop(): void;
}

interface Peer {
  readonly socket: Socket;
  readonly frames: FrameInspector;
  packet: number;
  /** How long the same packet has been awaited, and how long the peer has read nothing, ms. */
  awaited: number;
  read: number;
  unread: number;
}

/**
 * A peer that trickles a packet, one that vanished without a word, and very many that each hold a little:
 * none does anything wrong at any instant, so all are looked at now and then. Only time in which the
 * broker itself is waiting counts: bytes that came and lie unread are not the peer's delay.
 */
export function createWatch(limits: NeglectLimits, onEnd: (reason: Neglect) => void): Watch {
  const { packetMs, unreadMs, lookEveryMs, connectionBytes } = limits;
  const peers = new Set<Peer>();
  const timer = setInterval(look, lookEveryMs).unref();

  function end({ socket }: Peer, reason: Neglect): void {
    onEnd(reason);
    socket.destroy();
  }

  function look(): void {
    let held = 0;
    for (const peer of peers) {
      if (trickles(peer) && peer.awaited > packetMs) end(peer, 'packet_too_slow');
      else if (isDeaf(peer) && peer.unread > unreadMs) end(peer, 'peer_does_not_read');
      else held += bytesOf(peer);
    }
    if (held <= connectionBytes) return;
    for (const peer of [...peers].toSorted((a, b) => bytesOf(b) - bytesOf(a))) {
      if (held <= connectionBytes) return;
      held -= bytesOf(peer);
      end(peer, 'too_many_bytes');
    }
  }

  function trickles(peer: Peer): boolean {
    const { packets, unfinished } = peer.frames;
    const same = unfinished > 0 && packets === peer.packet;
    peer.packet = packets;
    if (!same) peer.awaited = 0;
    else if (peer.socket.readableLength === 0) peer.awaited += lookEveryMs;
    return same;
  }

  function isDeaf(peer: Peer): boolean {
    const { bytesWritten, writableLength } = peer.socket;
    const read = bytesWritten - writableLength;
    const deaf = writableLength > 0 && read === peer.read;
    peer.read = read;
    peer.unread = deaf ? peer.unread + lookEveryMs : 0;
    return deaf;
  }

  return {
    watch(socket, frames) {
      const peer: Peer = { socket, frames, packet: 0, awaited: 0, read: 0, unread: 0 };
      peers.add(peer);
      socket.once('close', () => peers.delete(peer));
    },
    stop: () => clearInterval(timer),
  };
}

function bytesOf({ socket, frames }: Peer): number {
  return socket.destroyed ? 0 : frames.unfinished + socket.writableLength;
}
