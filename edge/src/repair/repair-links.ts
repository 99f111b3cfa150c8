import { timingSafeEqual } from 'node:crypto';
import type { Purpose, Sign } from '../acting/acting-key.ts';

/** Longer than any that was ever issued. */
const LONGEST = 600;

/** Addresses that say one thing each and are signed, so that nobody guesses another; nothing of them is stored. */
export interface RepairLinks {
  /** Where whoever reported something sees how far it has come. */
  readonly progress: SignedWord;
  /** What stands as a QR code at a place: a form for that asset, without signing in. */
  readonly place: SignedWord;
}

export interface SignedWord {
  token(word: string): string;
  /** Null: it was never issued here. */
  read(token: string): string | null;
}

export function createRepairLinks(sign: Sign): RepairLinks {
  return { progress: signedWord(sign, 'repair-progress'), place: signedWord(sign, 'repair-place') };
}

function signedWord(sign: Sign, purpose: Purpose): SignedWord {
  return {
    token(word) {
      const body = Buffer.from(word).toString('base64url');
      return `${body}.${sign(purpose, body).toString('base64url')}`;
    },
    read(token) {
      const [body = '', seal = '', ...rest] = token.split('.');
      if (token.length > LONGEST || rest.length > 0) return null;
      const [shown, right] = [Buffer.from(seal, 'base64url'), sign(purpose, body)];
      if (shown.length !== right.length || !timingSafeEqual(shown, right)) return null;
      return Buffer.from(body, 'base64url').toString();
    },
  };
}
