import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';
import { type AedesInbox, type AedesInboxOptions, createAedesInbox } from '../adapters/aedes-inbox.ts';
import type { Credential } from '../access/credentials.ts';
import { createDoorkeeper } from '../access/doorkeeper.ts';
import { createSeal } from '../access/seal.ts';
import type { InboxMessage } from '../ports.ts';
import { createFakeClock } from './fake-clock.ts';

/** A test's own key. */
export const seal = createSeal(new Uint8Array(32).fill(7));

/** A device's credential; its secret is `secret of <name>`, its topics are those under `plant/<name>`. */
export function credential(name: string, more: Partial<Credential> = {}): Credential {
  return {
    name,
    kind: 'device',
    device: name,
    clientId: name,
    publish: [`plant/${name}/#`],
    subscribe: [`plant/${name}/#`],
    mayRetain: true,
    digest: seal(name, `secret of ${name}`),
    fingerprint: null,
    issuedAt: 1,
    lastSeenAt: null,
    revokedAt: null,
    ...more,
  };
}

/** One that may speak and listen everywhere. */
export function gateway(name: string, more: Partial<Credential> = {}): Credential {
  return credential(name, { kind: 'gateway', device: null, publish: ['#'], subscribe: ['#'], ...more });
}

/** One that newcomers share. */
export function onboarding(name: string, more: Partial<Credential> = {}): Credential {
  const rights = { publish: ['#'], subscribe: [], mayRetain: false };
  return credential(name, { kind: 'onboarding', device: null, clientId: null, ...rights, ...more });
}

export interface CredentialedBroker {
  readonly inbox: AedesInbox;
  /** Handed over and acknowledged so far. */
  readonly heard: InboxMessage[];
  /** As the desk does it: the list is another, and who may no longer come in is out. */
  change(by: (list: readonly Credential[]) => Credential[]): Promise<void>;
}

/** The embedded broker with these credentials; it stops with the test. */
export async function startCredentialed(
  list: readonly Credential[],
  options: Partial<AedesInboxOptions> = {},
): Promise<CredentialedBroker> {
  let now = [...list];
  const heard: InboxMessage[] = [];
  const doorkeeper = createDoorkeeper({ credentials: () => now, seal, anonymous: false });
  const inbox = createAedesInbox({ clock: createFakeClock(), port: 0, doorkeeper, ...options });
  onTestFinished(() => inbox.stop());
  await inbox.start((message) => {
    heard.push(message);
    message.acknowledge();
  });
  return {
    inbox,
    heard,
    async change(by) {
      now = by(now);
      await Promise.all(doorkeeper.reload().map(inbox.expel));
    },
  };
}

export interface Shown extends IClientOptions {
  /** Listens before anything can have come. */
  readonly onMessage?: (topic: string, payload: string) => void;
}

/** Connects with a credential, or with what is shown in its stead; rejects with the CONNACK's `code`. */
export async function connectAs(
  inbox: AedesInbox,
  name: string,
  { onMessage, ...shown }: Shown = {},
): Promise<MqttClient> {
  const client = connect(`mqtt://127.0.0.1:${inbox.port}`, {
    clientId: name,
    username: name,
    password: `secret of ${name}`,
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...shown,
  });
  onTestFinished(() => client.endAsync(true));
  if (onMessage) client.on('message', (topic, payload) => onMessage(topic, payload.toString()));
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  client.on('error', () => undefined);
  return client;
}

/** The CONNACK's return code. */
export function answerTo(inbox: AedesInbox, name: string, shown: Shown = {}): Promise<number | undefined> {
  return connectAs(inbox, name, shown).then(
    () => 0,
    (error: { code?: number }) => error.code,
  );
}

/** The quality of service that was granted for a filter; 128: none. */
export async function granted(client: MqttClient, filter: string): Promise<number | undefined> {
  return (await client.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]))[0]?.qos;
}

/** Resolves when the broker, or the client itself, has ended the connection. */
export function closing(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}
