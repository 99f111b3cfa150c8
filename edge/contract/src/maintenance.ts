import { z } from 'zod';
import { InstantText } from './instant.ts';
import { FAULTS, SEVERITIES } from './vocabulary.ts';

const Id = z.string().min(1).max(200);
const Reason = z.string().trim().min(1).max(500);

/** Where it is: a whole site, one zone, or one asset. */
const Where = z
  .object({ site: Id.optional(), zone: Id.optional(), asset: Id.optional() })
  .describe('exactly one of site, zone and asset');

/**
 * Work that was announced. What begins within it is written down, shown and marked, and pages nobody
 * until it ends; what then still lasts is paged, and its clocks begin then.
 */
export const MaintenanceWindow = z.object({
  id: Id,
  ...Where.shape,
  /** Which faults it covers; absent: all but those that endanger people, which it covers only by name. */
  faults: z.array(z.enum(FAULTS)).min(1).optional(),
  from: InstantText,
  to: InstantText,
  by: Id,
  reason: z.string(),
  madeAt: InstantText,
  /** Who ended it before its time; absent: nobody has. */
  endedBy: Id.optional(),
});
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

/** `POST /api/maintenance`. */
export const MaintenanceBody = z
  .strictObject({
    ...Where.shape,
    faults: z.array(z.enum(FAULTS)).min(1).max(FAULTS.length).optional(),
    from: InstantText.optional().describe('absent: now'),
    to: InstantText,
    reason: Reason,
    by: Id.optional().describe('absent: who is signed in'),
  })
  .refine(({ site, zone, asset }) => [site, zone, asset].filter((place) => place !== undefined).length === 1, {
    message: 'name exactly one of site, zone and asset',
  });
export type MaintenanceBody = z.infer<typeof MaintenanceBody>;

/** `POST /api/maintenance/{id}/end` ends it now; `…/extend` moves its end. */
export const MaintenanceEnd = z.strictObject({ by: Id.optional() });
export const MaintenanceExtension = z.strictObject({ to: InstantText, by: Id.optional() });

/** `keepsite/<site>/maintenance` and the event `maintenance` of the live stream: all windows of a site that are not over. */
export const MaintenanceNotice = z.object({
  site: Id,
  change: z.enum(['planned', 'started', 'ended', 'extended']),
  window: MaintenanceWindow,
});
export type MaintenanceNotice = z.infer<typeof MaintenanceNotice>;

/** `POST /api/drills`: the whole ladder for real people, marked on every page, counted nowhere. */
export const DrillBody = z
  .strictObject({
    commandId: z.string().min(8).max(100),
    site: Id.optional().describe('where no asset is named: the first asset of the site that has such faults'),
    asset: Id.optional(),
    fault: z.enum(FAULTS),
    severity: z.enum(SEVERITIES).default('critical'),
    note: z.string().trim().min(1).max(4000).nullish(),
    by: Id.optional().describe('absent: who is signed in'),
  })
  .refine(({ site, asset }) => (site === undefined) !== (asset === undefined), {
    message: 'name either a site or an asset',
  });
export type DrillBody = z.infer<typeof DrillBody>;
