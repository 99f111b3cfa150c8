import {
  CredentialName,
  type CredentialView,
  instantText,
  instantTextOrNull,
  type IssueBody,
  type Issued,
  type Millis,
} from '@keepsite/edge-contract';
import { X509Certificate } from 'node:crypto';
import { EdgeError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { AuditFact } from './audit.ts';
import type { Credential, CredentialStore } from './credentials.ts';
import { ownSpace } from './own-space.ts';
import type { Seal } from './seal.ts';
import { newToken } from './secrets.ts';

export interface CredentialDeskParts {
  readonly store: CredentialStore;
  readonly seal: Seal;
  readonly clock: Pick<Clock, 'now'>;
  /** Where a device was heard, as far as the edge knows. */
  readonly topicsOf: (device: string) => readonly string[];
  /** Ids that only the edge itself connects with. */
  readonly ownClients?: ReadonlySet<string>;
  /** The list is another now: those who may no longer come in are out when it resolves. */
  readonly onChanged: () => Promise<void>;
  readonly record: (fact: AuditFact) => void;
}

/** Who does it, for the audit. */
export interface Issuer {
  readonly by: string;
  readonly address: string | null;
}

/** Gives devices their way in and takes it from them. Refuses with an EdgeError that says why. */
export interface CredentialDesk {
  /** By name, revoked ones too; never with a secret. */
  list(): CredentialView[];
  /** The secret is in the answer, and nowhere else. */
  issue(body: IssueBody, issuer: Issuer): Promise<Issued>;
  /** When it resolves nobody is connected with it any more. */
  revoke(name: string, issuer: Issuer): Promise<CredentialView>;
  /** Somebody came in with it just now. */
  noteSeen(name: string): void;
  /** It was not allowed to publish on the topic, or to subscribe to the filter; `count` times since it was noted last. */
  noteDenied(name: string, topic: string, count?: number): void;
  /** Writes down who was seen, and takes over what another process has changed. */
  tidy(): Promise<void>;
}

export function createCredentialDesk(parts: CredentialDeskParts): CredentialDesk {
  const { store, seal, clock, topicsOf, onChanged, record } = parts;
  /** Not on the disk yet: after a power cut ten thousand devices come back at once. */
  const seen = new Map<string, Millis>();

  const denied = new Map<string, Denied>();

  const shown = (credential: Credential) => view(credential, seen.get(credential.name), denied.get(credential.name));
  const find = (name: string) => store.all().find((credential) => credential.name === name);

  return {
    list: () => store.all().map(shown),
    async issue(body, { by, address }) {
      const wanted = arrange(body, topicsOf);
      refuseClash(wanted, store.all());
      const secret = wanted.fingerprint === null ? newToken() : null;
      const digest = secret === null ? null : seal(wanted.name, secret);
      const credential = { ...wanted, digest, issuedAt: clock.now(), lastSeenAt: null, revokedAt: null };
      seen.delete(credential.name);
      denied.delete(credential.name);
      store.add(credential);
      const { name, kind, device } = credential;
      record({ kind: 'credential_issued', by, address, detail: { name, kind, device } });
      await onChanged();
      return { credential: shown(credential), secret };
    },
    async revoke(name, { by, address }) {
      const credential = find(name);
      if (!credential || credential.revokedAt !== null)
        throw new EdgeError('CREDENTIAL_UNKNOWN', `there is no credential ${name}, or it was revoked`);
      const revoked = { ...credential, revokedAt: clock.now() };
      store.revoke(name, revoked.revokedAt);
      record({ kind: 'credential_revoked', by, address, detail: { name } });
      await onChanged();
      return shown(revoked);
    },
    noteSeen: (name) => void seen.set(name, clock.now()),
    noteDenied(name, topic, count = 1) {
      denied.set(name, { count: (denied.get(name)?.count ?? 0) + count, topic, at: clock.now() });
    },
    async tidy() {
      store.seen(seen);
      seen.clear();
      if (store.changedElsewhere()) await onChanged();
    },
  };
}

interface Denied {
  readonly count: number;
  readonly topic: string;
  readonly at: Millis;
}

function view(credential: Credential, seenAt: Millis | undefined, denied: Denied | undefined): CredentialView {
  const { name, kind, device, clientId, mayRetain, fingerprint } = credential;
  return {
    name,
    kind,
    device,
    clientId,
    mayRetain,
    fingerprint,
    publish: [...credential.publish],
    subscribe: [...credential.subscribe],
    issuedAt: instantText(credential.issuedAt),
    lastSeenAt: instantTextOrNull(seenAt ?? credential.lastSeenAt),
    revokedAt: instantTextOrNull(credential.revokedAt),
    denied: denied ? { ...denied, at: instantText(denied.at) } : null,
  };
}

type Wanted = Omit<Credential, 'digest' | 'issuedAt' | 'lastSeenAt' | 'revokedAt'>;

/** The credential that was asked for, with what was left to the edge. */
function arrange(body: IssueBody, topicsOf: CredentialDeskParts['topicsOf']): Wanted {
  const { kind, device = null } = body;
  if ((kind === 'device') !== (device !== null))
    throw refusal(kind === 'device' ? 'name the device' : `a credential of the kind ${kind} names no device`);
  const name = body.name ?? device;
  if (name === null) throw refusal('give it a name');
  if (!CredentialName.safeParse(name).success)
    throw refusal(
      `${name} cannot be a user name: give the credential a name of letters, digits, dot, dash, underscore and colon`,
    );
  const publish = body.publish ?? usualPublish(kind, device, topicsOf);
  const isShared = kind === 'onboarding';
  return {
    name,
    kind,
    device,
    clientId: body.clientId === undefined ? (isShared ? null : name) : body.clientId,
    publish,
    subscribe: body.subscribe ?? (isShared ? [] : publish),
    mayRetain: body.mayRetain ?? !isShared,
    fingerprint: body.certificate === undefined ? null : fingerprintOf(body.certificate),
  };
}

function usualPublish(
  kind: IssueBody['kind'],
  device: string | null,
  topicsOf: CredentialDeskParts['topicsOf'],
): string[] {
  if (kind === 'onboarding') return ['#'];
  if (device === null) throw refusal('say what the gateway may publish on');
  const space = ownSpace(topicsOf(device), device);
  if (space.length > 0) return space;
  throw refusal(`${device} was not heard here yet: say what it may publish on`);
}

function fingerprintOf(pem: string): string {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch (cause) {
    throw new EdgeError('CREDENTIAL_REFUSED', 'the certificate cannot be read: it is expected as PEM', { cause });
  }
}

function refuseClash({ name, clientId, fingerprint }: Wanted, all: readonly Credential[]): void {
  const active = all.filter(({ revokedAt }) => revokedAt === null);
  const clash = (what: string) => new EdgeError('CREDENTIAL_EXISTS', `${what}; revoke it first, or name another`);
  if (active.some((it) => it.name === name)) throw clash(`there is a credential ${name}`);
  const same = active.find((it) => clientId !== null && it.clientId === clientId);
  if (same) throw clash(`the client id ${clientId} is that of ${same.name}`);
  const certified = active.find((it) => fingerprint !== null && it.fingerprint === fingerprint);
  if (certified) throw clash(`the certificate is that of ${certified.name}`);
}

function refusal(why: string): EdgeError {
  return new EdgeError('CREDENTIAL_REFUSED', why);
}
