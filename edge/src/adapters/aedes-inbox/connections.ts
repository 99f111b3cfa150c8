import type { Server, Socket } from 'node:net';
import { createFrameInspector, type FrameLimits, guardSocket } from '../frame-guard.ts';
import type { Refuse } from './limits.ts';
import { createWatch, type NeglectLimits } from './neglect.ts';
import { type ConnectRates, networkOf } from './rates.ts';
import type { Turns } from './turns.ts';

export interface ConnectionLimits extends FrameLimits, NeglectLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  readonly queuedBytes: number;
}

/** The open connections of a server, counted by address. */
export interface Connections {
  /** False when there are too many already, or too often: it is refused and ended. Otherwise it counts until it closes. */
  admit(socket: Socket): boolean;
  /** The same socket, through which MQTT is spoken within bounds: of an admitted one, or of the TLS within it. */
  guard<S extends Socket>(socket: S): S;
  /** Ends all of them and the server. */
  end(server: Server): Promise<void>;
}

interface ConnectionParts {
  readonly limits: ConnectionLimits;
  readonly connectRates: ConnectRates;
  readonly turns: Pick<Turns, 'holds'>;
  readonly refuse: Refuse;
}

/** Caps stand before the broker sees a byte: a connection that says nothing costs as much as one that does. */
export function createConnections({ limits, connectRates: rates, turns, refuse }: ConnectionParts): Connections {
  const open = new Set<Socket>();
  const byAddress = new Map<string, number>();
  const attention = createWatch(limits, refuse);

  function leave(socket: Socket, address: string): void {
    open.delete(socket);
    const left = (byAddress.get(address) ?? 1) - 1;
    if (left > 0) byAddress.set(address, left);
    else byAddress.delete(address);
  }

  function refusal(remoteAddress: string): 'too_many_connections' | 'connect_rate' | null {
    const fromThere = byAddress.get(networkOf(remoteAddress)) ?? 0;
    if (open.size >= limits.connections || fromThere >= limits.connectionsPerAddress) return 'too_many_connections';
    return rates.admitsAddress(remoteAddress, performance.now()) ? null : 'connect_rate';
  }

  return {
    admit(socket) {
      const { remoteAddress = '' } = socket;
      const refused = refusal(remoteAddress);
      if (refused) {
        refuse(refused);
        socket.destroy();
        return false;
      }
      const address = networkOf(remoteAddress);
      open.add(socket);
      byAddress.set(address, (byAddress.get(address) ?? 0) + 1);
      socket.once('close', () => leave(socket, address));
      return true;
    },
    guard(socket) {
      const frames = createFrameInspector(limits);
      attention.watch(socket, frames);
      const isHeld = () => turns.holds(socket);
      return guardSocket(socket, { frames, maxQueuedBytes: limits.queuedBytes, isHeld, onFault: refuse });
    },
    end(server) {
      const { promise, resolve } = Promise.withResolvers<void>();
      attention.stop();
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
      return promise;
    },
  };
}
