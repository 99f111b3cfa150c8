import { timingSafeEqual } from 'node:crypto';
import type { Credential } from './credentials.ts';
import { createFilterTree, type FilterTree } from './filter-tree.ts';
import { type Admission, ANONYMOUS, type Doorkeeper, type Identity, type Knock, OWN } from './identity.ts';
import type { Seal } from './seal.ts';

export interface DoorkeeperParts {
  /** Every credential as it is kept now. */
  readonly credentials: () => readonly Credential[];
  readonly seal: Seal;
  /** True: who shows nothing comes in too. */
  readonly anonymous: boolean;
  /** Ids that nobody can guess: who connects with one is the edge itself. */
  readonly ownClients?: ReadonlySet<string>;
  readonly onAdmitted?: (name: string) => void;
  readonly onDenied?: (name: string, topic: string) => void;
}

/** A doorkeeper whose list can be read again. */
export interface ListedDoorkeeper extends Doorkeeper {
  /** Reads the list again; answers with the names that may no longer come in as they did. */
  reload(): string[];
}

const NOT_AUTHORIZED: Admission = { ok: false, reason: 'not_authorized' };
const OTHER_CLIENT_ID: Admission = { ok: false, reason: 'client_id' };
/** What the secret of a name that nobody has is compared with: the answer takes as long. */
const NOBODY = new Uint8Array(32);

/**
 * Lets in who proves a credential that was not revoked, with a client id of its own. Unknown name,
 * wrong secret, revoked, certificate of nobody: one answer. A certificate counts before a secret.
 */
export function createDoorkeeper(parts: DoorkeeperParts): ListedDoorkeeper {
  const { seal, anonymous, ownClients = new Set<string>(), onAdmitted, onDenied } = parts;
  let all = parts.credentials();
  let list = arrange(all);
  let version = 1;

  function reload(): string[] {
    const before = all;
    all = parts.credentials();
    list = arrange(all);
    version += 1;
    return noLongerIn(before, all);
  }

  /** The entry whose secret or certificate was shown; null: something else was shown; undefined: nothing was. */
  function proved({ username, password, fingerprint }: Knock): Entry | null | undefined {
    const certified = fingerprint === null ? undefined : list.byFingerprint.get(fingerprint);
    if (certified) return certified;
    if (username === null && password === null) return undefined;
    const entry = username === null ? undefined : list.byName.get(username);
    const shown = seal(username ?? '', password ?? '');
    const isRight = timingSafeEqual(shown, entry?.credential.digest ?? NOBODY);
    return isRight && entry?.credential.digest ? entry : null;
  }

  function nameless({ clientId }: Knock): Admission {
    if (!anonymous) return NOT_AUTHORIZED;
    return ownerOf(clientId, list) === null ? { ok: true, identity: ANONYMOUS } : OTHER_CLIENT_ID;
  }

  return {
    reload,
    get version() {
      return version;
    },
    admit(knock) {
      if (ownClients.has(knock.clientId)) return { ok: true, identity: OWN };
      const entry = proved(knock);
      if (entry === undefined) return nameless(knock);
      if (entry === null) return NOT_AUTHORIZED;
      if (!isItsOwn(knock.clientId, entry.credential, list)) return OTHER_CLIENT_ID;
      onAdmitted?.(entry.credential.name);
      return { ok: true, identity: entry.identity };
    },
    isGiven: (topic) => list.given.matches(topic),
    denied: (name, topic) => onDenied?.(name, topic),
    ownerOf: (clientId) => ownerOf(clientId, list),
  };
}

/** Everybody comes in, as a broker without accounts would have it. */
export function createOpenDoor(): Doorkeeper {
  return {
    admit: () => ({ ok: true, identity: ANONYMOUS }),
    isGiven: () => false,
    denied: () => undefined,
    ownerOf: () => null,
    version: 0,
  };
}

interface Entry {
  readonly credential: Credential;
  readonly identity: Identity;
}

interface List {
  readonly byName: ReadonlyMap<string, Entry>;
  readonly byFingerprint: ReadonlyMap<string, Entry>;
  readonly byClientId: ReadonlyMap<string, string>;
  /** The longest client id first. */
  readonly gateways: readonly { readonly clientId: string; readonly name: string }[];
  readonly given: FilterTree;
}

/** Maps throughout: a name such as `__proto__` finds nobody. */
function arrange(all: readonly Credential[]): List {
  const active = all.filter(({ revokedAt }) => revokedAt === null);
  const entries = active.map((credential) => ({ credential, identity: identityOf(credential) }));
  const named = active.flatMap(({ clientId, name, kind }) => (clientId === null ? [] : [{ clientId, name, kind }]));
  const givers = active.filter(({ kind }) => kind !== 'onboarding');
  return {
    byName: new Map(entries.map((entry) => [entry.credential.name, entry])),
    byFingerprint: new Map(
      entries.flatMap((entry) =>
        entry.credential.fingerprint === null ? [] : [[entry.credential.fingerprint, entry]],
      ),
    ),
    byClientId: new Map(named.map(({ clientId, name }) => [clientId, name])),
    gateways: named.filter(({ kind }) => kind === 'gateway').toSorted((a, b) => b.clientId.length - a.clientId.length),
    given: createFilterTree(givers.flatMap(({ publish }) => publish.filter(isParticular))),
  };
}

/** Who may speak everywhere was given no topic in particular. */
function isParticular(filter: string): boolean {
  return !/^[+#]/.test(filter);
}

function identityOf({ kind, name, device, publish, subscribe, mayRetain }: Credential): Identity {
  return { kind, name, device, publish, subscribe, mayRetain };
}

function isItsOwn(clientId: string, credential: Credential, list: List): boolean {
  const owner = ownerOf(clientId, list);
  return credential.clientId === null ? owner === null : owner === credential.name;
}

function ownerOf(clientId: string, { byClientId, gateways }: List): string | null {
  const exact = byClientId.get(clientId);
  if (exact !== undefined) return exact;
  const gateway = gateways.find(
    (it) => clientId.startsWith(it.clientId) && !/^[\p{L}\p{N}]/u.test(clientId.slice(it.clientId.length)),
  );
  return gateway?.name ?? null;
}

/** The names of those who could come in before, and cannot with the same proof now. */
export function noLongerIn(before: readonly Credential[], after: readonly Credential[]): string[] {
  const active = new Map(after.flatMap((it) => (it.revokedAt === null ? [[it.name, it] as const] : [])));
  return before
    .filter(({ name, revokedAt, issuedAt }) => revokedAt === null && active.get(name)?.issuedAt !== issuedAt)
    .map(({ name }) => name);
}
