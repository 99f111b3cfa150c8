import type { Credential, CredentialStore } from '../access/credentials.ts';

/** The twin of the file of credentials. */
export function createMemoryCredentials(credentials: readonly Credential[] = []): CredentialStore {
  const byName = new Map(credentials.map((credential) => [credential.name, credential]));
  const change = (name: string, by: Partial<Credential>) => {
    const credential = byName.get(name);
    if (credential) byName.set(name, { ...credential, ...by });
  };
  return {
    all: () => [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    add: (credential) => void byName.set(credential.name, credential),
    revoke(name, at) {
      if (byName.get(name)?.revokedAt === null) change(name, { revokedAt: at });
    },
    seen(when) {
      for (const [name, at] of when) change(name, { lastSeenAt: at });
    },
    changedElsewhere: () => false,
    close: () => undefined,
  };
}
