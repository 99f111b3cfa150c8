import { join } from 'node:path';
import { type CredentialDesk, type CredentialDeskParts, createCredentialDesk } from './access/credential-desk.ts';
import { noLongerIn } from './access/doorkeeper.ts';
import { createSeal } from './access/seal.ts';
import type { BrokerSettings, GuestList, GuestNews } from './broker.ts';
import { openCredentials } from './adapters/sqlite-access/credentials.ts';
import { accessKey } from './adapters/sqlite-access/key.ts';
import { type EdgeConfig, isLoopback } from './config.ts';
import type { Registry } from '@keepsite/edge-contract';
import type { StoredDevice, Stranger } from './ports.ts';

/** Which devices may speak to the embedded broker, and the desk that lets them. */
export interface Gate {
  readonly desk: CredentialDesk;
  /** Whom the broker is to let in when it starts. */
  guests(): BrokerSettings['guests'];
  /** Tells the broker of every change of that list, before anybody is cut off. */
  onListed(tell: (list: GuestList) => void): void;
  /** What the broker noticed. */
  hear(news: GuestNews): void;
  /** What is wrong with what was found, as a sentence; null: nothing. */
  readonly warning: string | null;
  close(): void;
}

export interface GateParts extends Pick<CredentialDeskParts, 'clock' | 'topicsOf' | 'record'> {
  readonly ownClients: ReadonlySet<string>;
  /** Cuts off whoever is connected with a credential. */
  readonly expel: (credential: string) => Promise<void>;
}

/** Opens the credentials of an edge; the running edge and the command line may both have them open. */
export function openGate(config: Pick<EdgeConfig, 'dataDir' | 'mqtt'>, parts: GateParts): Gate {
  const keyFile = join(config.dataDir, 'edge', 'access.key');
  const { key, isNew } = accessKey(keyFile);
  const seal = createSeal(key);
  const store = openCredentials(join(config.dataDir, 'edge', 'access.sqlite'));
  let listed = store.all();
  let tell: (list: GuestList) => void = () => {};

  async function changed(): Promise<void> {
    const before = listed;
    listed = store.all();
    tell({ credentials: listed });
    await Promise.all(noLongerIn(before, listed).map(parts.expel));
  }
  const desk: CredentialDesk = createCredentialDesk({ ...parts, store, seal, onChanged: changed });
  const isLost = isNew && store.all().some(({ digest, revokedAt }) => digest !== null && revokedAt === null);
  const lost = `${keyFile} was lost: no device gets in with the password that it has; bring the file back, or revoke and issue them anew`;
  return {
    desk,
    guests: () => ({
      credentials: listed,
      key,
      anonymous: config.mqtt.anonymous,
      ownClients: [...parts.ownClients],
    }),
    onListed: (listener) => void (tell = listener),
    hear({ admitted, denied }) {
      for (const name of admitted) desk.noteSeen(name);
      for (const { name, topic, count } of denied) desk.noteDenied(name, topic, count);
    },
    warning: isLost ? lost : null,
    close: () => store.close(),
  };
}

/** Where a device was heard: as the registry says, else where it spoke last. */
export function topicsHeard(
  device: string,
  { devices }: Pick<Registry, 'devices'>,
  heard: { readonly devices: readonly StoredDevice[]; readonly strangers: readonly Stranger[] },
): readonly string[] {
  const said = [
    ...devices.filter(({ id }) => id === device).flatMap(({ topics = [] }) => topics),
    ...heard.devices.filter((it) => it.device === device).map(({ lastTopic }) => lastTopic),
    ...heard.strangers.filter((it) => it.device === device).flatMap(({ topics }) => topics),
  ];
  return said.filter((topic) => topic !== '');
}

/** True where whoever reaches the broker from another machine may speak as any device. */
export function isOpenToAll({ anonymous, url, host, tls }: EdgeConfig['mqtt']): boolean {
  return anonymous && url === null && [host, tls?.host ?? host].some((it) => !isLoopback(it));
}
