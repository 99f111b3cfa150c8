import { LINK_LIVES_MS, LONGEST_LINK, type Millis } from '@keepsite/edge-contract';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Whose link it is, and to which alarm. */
export interface AlarmLinkSaid {
  readonly alarm: string;
  readonly person: string;
}

/**
 * Links by which one person answers one of the cloud's own alarms without the token of people: what they say is
 * signed, nothing is stored, and they live as long as an edge's.
 */
export interface AlarmLinks {
  /** A secret: it is shown to that person and never logged. */
  issue(alarm: string, person: string, now: Millis): string;
  read(token: string, now: Millis): AlarmLinkSaid | 'forged' | 'expired';
}

const SEAL_BYTES = 16;
const Said = z.tuple([z.string(), z.string(), z.number()]);

/** Null without a token of people: then nobody signs in, and everybody answers on the page itself. All replicas share one key. */
export function createAlarmLinks(apiToken: string | null): AlarmLinks | null {
  if (apiToken === null) return null;
  const key = Buffer.from(hkdfSync('sha256', apiToken, '', 'keepsite alarm link', 32));
  const seal = (body: string): Buffer => createHmac('sha256', key).update(body).digest().subarray(0, SEAL_BYTES);
  return {
    issue(alarm, person, now) {
      const body = Buffer.from(JSON.stringify([alarm, person, now + LINK_LIVES_MS])).toString('base64url');
      return `${body}.${seal(body).toString('base64url')}`;
    },
    read(token, now) {
      const [body = '', shown = '', ...rest] = token.split('.');
      const given = Buffer.from(shown, 'base64url');
      if (token.length > LONGEST_LINK || rest.length > 0 || given.length !== SEAL_BYTES) return 'forged';
      if (!timingSafeEqual(given, seal(body))) return 'forged';
      const [alarm, person, expiresAt] = Said.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
      return expiresAt <= now ? 'expired' : { alarm, person };
    },
  };
}
