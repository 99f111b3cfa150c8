import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { EdgeError } from '../errors.ts';

const derive = promisify(argon2);

/** OWASP's least for argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet, RFC 9106). */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** A storm of sign-ins takes turns, so it never takes more than so many times 19 MiB. */
const AT_ONCE = 2;
const MOST_WAITING = 64;

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** Derives the key of a password; replaced in tests that count how often it is done. */
export type Derive = (password: string, salt: Uint8Array, cost: Cost) => Promise<Uint8Array>;

/** Hashes passwords and checks them. Both reject with TOO_BUSY when too many wait already. */
export interface Passwords {
  /** As text: `$argon2id$v=19$m=…,t=…,p=…$salt$key`, so that the cost may rise without a migration. */
  hash(password: string): Promise<string>;
  /** Without a hash it takes as long and answers false: nobody learns by waiting whether there is such an account. */
  verify(password: string, hash: string | null): Promise<boolean>;
}

const argon2id: Derive = (password, nonce, cost) =>
  derive('argon2id', { message: password, nonce, tagLength: KEY_BYTES, ...cost });

export function createPasswords(deriveKey: Derive = argon2id): Passwords {
  const inTurn = takeTurns();
  const noSalt = randomBytes(SALT_BYTES);
  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(SALT_BYTES);
        return textOf(COST, salt, await deriveKey(plain(password), salt, COST));
      }),
    verify: (password, hash) =>
      inTurn(async () => {
        const kept = hash === null ? null : parse(hash);
        const key = await deriveKey(plain(password), kept?.salt ?? noSalt, kept?.cost ?? COST);
        return kept !== null && key.length === kept.key.length && timingSafeEqual(key, kept.key);
      }),
  };
}

/** One keyboard writes é as one character, another as two: both are the same password. */
function plain(password: string): string {
  return password.normalize('NFKC');
}

function textOf({ memory, passes, parallelism }: Cost, salt: Uint8Array, key: Uint8Array): string {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(key)}`;
}

function parse(hash: string): { readonly cost: Cost; readonly salt: Buffer; readonly key: Buffer } | null {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hash);
  if (!found) return null;
  const [memory = 0, passes = 0, parallelism = 0] = found.slice(1, 4).map(Number);
  const [salt, key] = found.slice(4).map((text) => Buffer.from(text, 'base64url'));
  return salt && key ? { cost: { memory, passes, parallelism }, salt, key } : null;
}

function takeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy < AT_ONCE) busy += 1;
    else if (waiting.length >= MOST_WAITING)
      throw new EdgeError('TOO_BUSY', 'too many people sign in just now; try again in a few seconds');
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The turn is handed on, never given back and fought for.
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}
