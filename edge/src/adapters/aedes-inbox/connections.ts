import type { Server, Socket } from 'node:net';

export interface ConnectionLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
}

/** The open connections of a server, counted by address. */
export interface Connections {
  /** False when there are too many already; otherwise the socket counts until it closes. */
  admit(socket: Socket): boolean;
  /** Ends all of them and the server. */
  end(server: Server): Promise<void>;
}

/** Caps stand before the broker sees a byte: a connection that says nothing costs as much as one that does. */
export function createConnections({ connections, connectionsPerAddress }: ConnectionLimits): Connections {
  const open = new Set<Socket>();
  const byAddress = new Map<string, number>();

  function leave(socket: Socket, address: string): void {
    open.delete(socket);
    const left = (byAddress.get(address) ?? 1) - 1;
    if (left > 0) byAddress.set(address, left);
    else byAddress.delete(address);
  }

  return {
    admit(socket) {
      const address = socket.remoteAddress ?? '';
      const fromThere = byAddress.get(address) ?? 0;
      if (open.size >= connections || fromThere >= connectionsPerAddress) return false;
      open.add(socket);
      byAddress.set(address, fromThere + 1);
      socket.once('close', () => leave(socket, address));
      return true;
    },
    end(server) {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
      return promise;
    },
  };
}
