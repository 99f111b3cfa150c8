import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { EdgeConfig } from './config.ts';
import { EdgeError, sentenceOf } from './errors.ts';
import type { EdgeEvents } from './events.ts';
import type { Api, HttpSettings } from './http/api.ts';
import type { Inbox, InboxMessage } from './ports.ts';

const WEB_DIR = join(import.meta.dirname, '../../dashboards/dist');

/** Where an edge is reached. */
export interface Doors {
  readonly url: string;
  readonly port: number;
  /** Null with an external broker. */
  readonly mqttPort: number | null;
  /** Where devices connect by TLS; null: nowhere. */
  readonly mqttsPort: number | null;
}

export interface DoorsParts {
  readonly config: Pick<EdgeConfig, 'http' | 'mqtt'>;
  readonly api: Api;
  readonly inbox: Inbox;
  readonly hear: (message: InboxMessage) => void;
  readonly events: Pick<EdgeEvents, 'workFailed'>;
}

/**
 * Opens them, the HTTP door first, so that an edge whose port is taken has taken no message yet. Throws
 * EDGE_PORT_IN_USE, or what the embedded broker's start rejects with.
 */
export async function openDoors({ config, api, inbox, hear, events }: DoorsParts): Promise<Doors> {
  const { host } = config.http;
  await api.listen({ host, port: config.http.port }).catch((error: unknown) => {
    throw new EdgeError('EDGE_PORT_IN_USE', `${host}:${config.http.port} cannot be opened: ${sentenceOf(error)}`, {
      cause: error,
    });
  });
  const { port } = api.server.address() as AddressInfo;
  const listening = inbox.start(hear);
  // An external broker may be away for long; until it is there the edge is not ready, and says so.
  if (config.mqtt.url === null) await listening;
  else listening.catch((error: unknown) => events.workFailed('listen to the broker', error));
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    mqttPort: inbox.port,
    mqttsPort: inbox.tlsPort ?? null,
  };
}

export function httpSettings(config: EdgeConfig): HttpSettings {
  const { edge, demo, doors, linksUrl } = config;
  const { trustedProxies } = config.http;
  const webDir = existsSync(join(WEB_DIR, 'index.html')) ? WEB_DIR : null;
  return { edge, demo, trustedProxies, doors, webDir, cloudUrl: config.cloud?.url ?? null, linksUrl };
}
