import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import {
  createSecureContext,
  createServer as createTlsServer,
  type SecureContextOptions,
  Server as TlsServer,
} from 'node:tls';
import { EdgeError, sentenceOf } from '../../errors.ts';

/** MQTT over TLS. Everything in PEM. */
export interface TlsDoor {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The broker's own certificate, with those between it and its root. */
  readonly certificate: string;
  readonly key: string;
  /** Only clients with a certificate of these authorities get through the handshake; null: a client may show any, or none. */
  readonly clientCa: string | null;
}

export interface Doors {
  readonly servers: readonly Server[];
  /** Null where that door is not there. */
  readonly port: number | null;
  readonly tlsPort: number | null;
}

export interface DoorParts {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsDoor | undefined;
  /** False: it was refused, and ended. Asked before any byte is read. */
  readonly admit: (socket: Socket) => boolean;
  /** Takes a connection over; behind TLS only after a good handshake. */
  readonly welcome: (socket: Socket) => void;
  readonly onTlsFailed: () => void;
}

const TCP = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;
const HANDSHAKE_MS = 10_000;

/** Listens. Throws EDGE_PORT_IN_USE or, for what is no certificate or no key, EDGE_CONFIG_INVALID; then no door is open. */
export async function openDoors({ host, port, tls, ...parts }: DoorParts): Promise<Doors> {
  const plain = await listen(plainServer(parts), host, port, 'KEEPSITE_EDGE_MQTT_PORT');
  if (!tls) return { servers: [plain], port: portOf(plain), tlsPort: null };
  try {
    const secure = await listen(tlsServer(tls, parts), tls.host, tls.port, 'KEEPSITE_EDGE_MQTTS_PORT');
    return { servers: [plain, secure], port: portOf(plain), tlsPort: portOf(secure) };
  } catch (error) {
    plain.close();
    throw error;
  }
}

type Reception = Pick<DoorParts, 'admit' | 'welcome' | 'onTlsFailed'>;

function plainServer({ admit, welcome }: Reception): Server {
  return createServer(TCP, (socket) => {
    socket.on('error', () => undefined);
    if (admit(socket)) welcome(socket);
  });
}

/**
 * A certificate is asked for in any case. Without authorities it need be signed by nobody in
 * particular: the handshake proves who holds its key, and its fingerprint says who that is.
 */
function tlsServer(tls: TlsDoor, { admit, welcome, onTlsFailed }: Reception): Server {
  assertUsable(tls);
  const server = createTlsServer({
    ...TCP,
    ...secrets(tls),
    requestCert: true,
    rejectUnauthorized: tls.clientCa !== null,
    handshakeTimeout: HANDSHAKE_MS,
  });
  // Before the handshake: it costs more than anything that comes after it.
  server.prependListener('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
    admit(socket);
  });
  server.on('tlsClientError', onTlsFailed);
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    welcome(socket);
  });
  return server;
}

/** From now on whoever connects meets these; who is connected stays. */
export function renewSecrets({ servers }: Pick<Doors, 'servers'>, tls: TlsDoor): void {
  for (const server of servers) if (server instanceof TlsServer) server.setSecureContext(secrets(tls));
}

function secrets({ certificate, key, clientCa }: TlsDoor): SecureContextOptions {
  return { cert: certificate, key, ...(clientCa !== null && { ca: clientCa }), minVersion: 'TLSv1.2' };
}

/** Throws EDGE_CONFIG_INVALID for what is no certificate or no key, and for a key that is not the certificate's. */
export function assertUsable(tls: TlsDoor): void {
  try {
    // OpenSSL passes over what is no certificate, and then nobody would come in.
    if (tls.clientCa !== null) void new X509Certificate(tls.clientCa);
    createSecureContext(secrets(tls));
  } catch (cause) {
    const what = `certificate, key or client CA of MQTT over TLS cannot be used: ${sentenceOf(cause)}`;
    throw new EdgeError('EDGE_CONFIG_INVALID', what, { cause });
  }
}

async function listen(server: Server, host: string, port: number, setting: string): Promise<Server> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    const what = `The broker cannot listen on ${host}:${port} (${sentenceOf(error)}).`;
    throw new EdgeError('EDGE_PORT_IN_USE', `${what} Stop what uses it, or set ${setting}.`, { cause: error });
  }
}

function portOf(server: Server): number | null {
  const address = server.address();
  return address && typeof address === 'object' ? address.port : null;
}
