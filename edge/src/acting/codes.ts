import type { Registry } from '@keepsite/edge-contract';
import { EdgeError } from '../errors.ts';
import type { Sign } from './acting-key.ts';

/** Without letters that are read for others (Crockford's base 32). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;
/** A sticker that was replaced so many times ago is a stranger's. */
const REMEMBERED = 10;

/** How often the code of an asset was replaced; durable when a call returns. */
export interface CodeVersions {
  /** Absent: never, which is version 1. */
  read(): Readonly<Record<string, number>>;
  write(versions: Readonly<Record<string, number>>): void;
}

/** Where a code stands. */
export interface CodeFound {
  readonly asset: string;
  /** False: it was replaced, and proves nothing any more. */
  readonly isCurrent: boolean;
}

/** The codes that stand on assets: who can read one has been there. Nobody can tell one from another. */
export interface Codes {
  /** Throws PLACE_UNKNOWN for an asset that the registry does not have. */
  of(asset: string): { readonly code: string; readonly version: number };
  /** As it was scanned or typed. Null: it stands nowhere. */
  find(code: string): CodeFound | null;
  /** The code of before proves nothing from now on. Answers with the new one. */
  replace(asset: string): { readonly code: string; readonly version: number };
}

export function createCodes(parts: {
  readonly sign: Sign;
  readonly versions: CodeVersions;
  readonly registry: () => Pick<Registry, 'assets'>;
}): Codes {
  const { sign, versions, registry } = parts;
  const codeOf = (asset: string, version: number) => print(sign('code', `${asset}\n${version}`));
  const versionOf = (asset: string) => versions.read()[asset] ?? 1;

  function known(asset: string): string {
    if (registry().assets.some(({ id }) => id === asset)) return asset;
    throw new EdgeError('PLACE_UNKNOWN', `no asset ${asset} is known here`);
  }

  function of(asset: string) {
    const version = versionOf(known(asset));
    return { code: codeOf(asset, version), version };
  }

  return {
    of,
    find(typed) {
      const code = tidy(typed);
      if (code.length !== LENGTH) return null;
      const now = versions.read();
      for (const { id } of registry().assets) {
        const newest = now[id] ?? 1;
        for (let version = newest; version > Math.max(0, newest - REMEMBERED); version -= 1)
          if (tidy(codeOf(id, version)) === code) return { asset: id, isCurrent: version === newest };
      }
      return null;
    },
    replace(asset) {
      versions.write({ ...versions.read(), [known(asset)]: versionOf(asset) + 1 });
      return of(asset);
    },
  };
}

/** 60 bits that a person can type: `XXXX-XXXX-XXXX`. */
function print(bytes: Uint8Array): string {
  const letters = Array.from(bytes.subarray(0, LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('');
  return (letters.match(/.{4}/g) ?? []).join('-');
}

/** Capitals, hyphens and look-alikes do not matter; of a scanned address only its last part does. */
function tidy(typed: string): string {
  const last =
    typed
      .trim()
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) ?? '';
  return last
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}
