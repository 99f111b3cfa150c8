// `node scripts/lockfile.ts` after an `npm install`: names in the lockfile what npm has left out.
//
// npm drops an optional package (a binary for another platform) that the registry at hand does not
// hold, and `npm ci` then refuses the lockfile everywhere. A platform that is not this one needs no
// more than a name, a version and what it is for.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** Optional packages that a lockfile's packages ask for by exact version and that it does not name. */
export function missing(packages: Readonly<Record<string, Locked>>): { path: string; entry: Locked }[] {
  return Object.entries(packages).flatMap(([path, asking]) =>
    Object.entries(asking.optionalDependencies ?? {})
      .filter(([name]) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
      .map(([name, version]) => ({ path: `node_modules/${name}`, entry: entryOf(name, version, asking.dev === true) })),
  );
}

/** The platform stands in the package's name: `binding-linux-arm64-musl`. */
function entryOf(name: string, version: string, dev: boolean): Locked {
  const words = (name.split('/').at(-1) ?? '').split('-');
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : null;
  return {
    version,
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(dev ? { dev: true } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}

if (import.meta.main) {
  const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> };
  const found = missing(lock.packages);
  for (const { path, entry } of found) lock.packages[path] = entry;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${found.length} optional packages added to the lockfile`);
}
