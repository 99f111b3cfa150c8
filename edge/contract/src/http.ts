import { z } from 'zod';
import { User } from './access.ts';

/** Every error, on every surface. */
export const ErrorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** `GET /api/whoami` of edge and cloud: who is asking, which server answers, where the others live. */
export const WhoAmI = z.object({
  server: z.enum(['edge', 'cloud']),
  name: z.string(),
  demo: z.boolean(),
  user: User,
  /** Absolute URLs of the demo's other doors; absent where there is none. */
  links: z.object({ edge: z.string().optional(), cloud: z.string().optional(), simulator: z.string().optional() }),
  now: z.string(),
});
export type WhoAmI = z.infer<typeof WhoAmI>;

/**
 * Server-sent events of `GET /api/events`, by event name:
 * `clock` {now, scale} every second (the page's countdown uses this time, and is stale without it),
 * `incident` an Incident without its timeline detail, `heartbeat` a Heartbeat,
 * `reading` the newest value of a series, `quarantine` {total}, and on the cloud
 * `client` {client}: its SLA or score changed, ask again; `command` {commandId, incident, state}; `alarm` {id}: one of the cloud's own, ask again;
 * on an edge `maintenance` a MaintenanceNotice.
 */
export const STREAM_EVENTS = [
  'clock',
  'incident',
  'heartbeat',
  'reading',
  'quarantine',
  'client',
  'command',
  'alarm',
  'maintenance',
] as const;
export type StreamEvent = (typeof STREAM_EVENTS)[number];
