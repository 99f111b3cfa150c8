import { type Calendar, LocalRosterChanges, type Registry, ResponseConfiguration } from '@keepsite/edge-contract';
import { checkResponse, type LocalChanges, refusals, withCalendars, withChanges } from '@keepsite/edge-response';

/** The texts that the edge itself keeps of who responds; null: there is no such file. */
export interface ResponseTexts {
  /** What the cloud sent last, and before that. */
  readonly pulled: string | null;
  readonly former: string | null;
  /** What was changed at this edge. */
  readonly changes: string | null;
}

/** What became of the kept texts. */
export interface KeptResponse {
  /** Null: the registry's own people, rosters and plans count. */
  readonly configuration: ResponseConfiguration | null;
  readonly changes: LocalChanges;
  /** What cannot be used, in one sentence; null: all of it can. */
  readonly trouble: string | null;
}

export type ReadConfiguration =
  | { readonly ok: true; readonly configuration: ResponseConfiguration }
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * What the edge goes by after a start. A damaged file falls back to the one before it, and that to
 * the registry: whoever is on call there is better than nobody.
 */
export function readKept({ pulled, former, changes }: ResponseTexts, shipped: readonly Calendar[]): KeptResponse {
  const troubles: string[] = [];
  const configuration = newestGood({ pulled, former }, shipped, troubles);
  return { configuration, changes: readChanges(changes, troubles), trouble: troubles.join('; ') || null };
}

function newestGood(
  { pulled, former }: Pick<ResponseTexts, 'pulled' | 'former'>,
  shipped: readonly Calendar[],
  troubles: string[],
): ResponseConfiguration | null {
  if (pulled === null) return null;
  const newest = readConfiguration(pulled, shipped);
  if (newest.ok) return newest.configuration;
  const before = former === null ? null : readConfiguration(former, shipped);
  const instead = before?.ok ? `version ${before.configuration.version}` : 'the registry’s own plans';
  troubles.push(
    `the kept response plans are damaged (${newest.faults[0]}): ${instead} count until the cloud sends more`,
  );
  return before?.ok ? before.configuration : null;
}

/** Reads a version and checks it; its faults are sentences. */
export function readConfiguration(text: string, shipped: readonly Calendar[]): ReadConfiguration {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return { ok: false, faults: ['it is no JSON'] };
  }
  return checkConfiguration(said, shipped);
}

/** The same for what came as an object. */
export function checkConfiguration(said: unknown, shipped: readonly Calendar[]): ReadConfiguration {
  const parsed = ResponseConfiguration.safeParse(said);
  if (!parsed.success)
    return { ok: false, faults: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
  const faults = refusals(checkResponse(withCalendars(parsed.data, shipped), {}));
  return faults.length > 0 ? { ok: false, faults } : { ok: true, configuration: parsed.data };
}

function readChanges(text: string | null, troubles: string[]): LocalChanges {
  if (text === null) return {};
  try {
    return LocalRosterChanges.parse(JSON.parse(text)).rosters;
  } catch {
    troubles.push('the overrides, swaps and notes that were made at this edge are damaged: they do not count');
    return {};
  }
}

/** A registry with what the cloud sent and what was changed here, and the changes that no longer fit. */
export function answering(registry: Registry, { configuration, changes }: KeptResponse, shipped: readonly Calendar[]) {
  const { version: _, ...book } = configuration ?? registry;
  const base = withCalendars({ ...registry, ...book }, shipped);
  const { fitting, trouble } = fit(base, changes);
  return { registry: { ...base, rosters: withChanges(base.rosters, fitting) }, trouble };
}

/** Changes of a roster that is gone, or of people who are, wait until they fit again or are over. */
function fit(registry: Registry, changes: LocalChanges): { fitting: LocalChanges; trouble: string | null } {
  const people = new Set(registry.people.map(({ id }) => id));
  const rosters = new Set(registry.rosters.map(({ id }) => id));
  const misfits: string[] = [];
  const keep = <T extends { readonly id: string }>(roster: string, all: readonly T[], named: (one: T) => string[]) =>
    all.filter((one) => {
      const fits = rosters.has(roster) && named(one).every((person) => people.has(person));
      if (!fits) misfits.push(`${one.id} of ${roster}`);
      return fits;
    });
  const fitting = Object.entries(changes).map(([roster, { overrides, swaps, notes }]) => [
    roster,
    {
      overrides: keep(roster, overrides, ({ on, off }) => [...on, ...(off === 'everybody' ? [] : off)]),
      swaps: keep(roster, swaps, ({ give, take }) => [give.person, take.person]),
      notes: keep(roster, notes, () => []),
    },
  ]);
  const trouble = `changes made at this edge do not fit the rosters of now and do not count: ${misfits.join(', ')}`;
  return { fitting: Object.fromEntries(fitting) as LocalChanges, trouble: misfits.length > 0 ? trouble : null };
}
