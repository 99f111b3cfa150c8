import { z } from 'zod';
import { CommandBody } from './command.ts';
import { Incident } from './incident.ts';
import { InstantText } from './instant.ts';
import { VERBS } from './vocabulary.ts';

/** How people act without signing in, and how their presence is proved: the words of `/api/links` and `/api/codes`. */

const Name = z.object({ en: z.string(), zh: z.string() });

/**
 * What a signed link of one person tells of its one incident: `GET /api/links/{token}`. Addresses of
 * people are left out of it.
 */
export const LinkView = z.object({
  incident: Incident,
  person: z.object({ id: z.string(), name: z.string() }),
  place: Name.describe('site, zone and asset in words'),
  timeZone: z.string().describe('IANA'),
  may: z.array(z.enum(VERBS)).describe('what this person may order by this link'),
  others: z.array(z.object({ id: z.string(), name: z.string() })).describe('whom it can be handed over to'),
  now: InstantText.describe('the edge’s time of this answer'),
  scale: z.number().describe('how fast the edge’s time runs; 1 outside the demo'),
  expiresAt: InstantText,
});
export type LinkView = z.infer<typeof LinkView>;

/** What is posted to `/api/links/{token}/{verb}`: who acts stands in the link. */
export const LinkBody = CommandBody.omit({ responder: true, proof: true });
export type LinkBody = z.infer<typeof LinkBody>;

/** The code that stands on an asset, for those who print it. */
export const AssetCode = z.object({
  asset: z.string(),
  name: Name,
  place: Name.describe('site and zone in words'),
  code: z.string(),
  version: z.int().positive().describe('counts up whenever the code is replaced; only the newest one proves anything'),
  url: z.string().describe('what the QR code and the NFC tag hold'),
});
export type AssetCode = z.infer<typeof AssetCode>;

/** Where a scanned code stands, and what is open there: `GET /api/codes/{code}`. */
export const CodePlace = z.object({
  asset: z.string(),
  name: Name,
  place: Name,
  isCurrent: z.boolean().describe('false: the code was replaced, and proves nothing any more'),
  incidents: z.array(Incident).describe('those that are open there'),
});
export type CodePlace = z.infer<typeof CodePlace>;
