import {
  type Command,
  type Incident,
  instantText,
  type Millis,
  progressOf,
  type Registry,
  type RepairBody,
  type RepairProgress,
  type Reporter,
  reportOf,
} from '@keepsite/edge-contract';
import type { CommandAnswer } from '@keepsite/cloud-contract';
import type { Sign } from '../acting/acting-key.ts';
import type { Acting } from '../acting/acting.ts';
import { createDirectory } from '../domain/directory.ts';
import type { Pipeline, Store } from '../ports.ts';
import { createRepairLinks, type RepairLinks } from './repair-links.ts';
import { createReporters, eraseOverdue, incidentOf } from './reporters.ts';

/** Photographs that a reporter may add to one report. */
const MOST_PHOTOS = 3;

/** What became of a report; `progress` is the token by which its reporter follows it. */
export type RepairAnswer = CommandAnswer & { readonly incident: string | null; readonly progress: string };

/** Repairs that people report (报修): taken in, followed by whoever reported them, called back. */
export interface RepairDesk {
  /** The same commandId again gets the first answer. */
  report(body: RepairBody, receivedAt: Millis, via: Command['via']): Promise<RepairAnswer>;
  /** Null: no report of this gateway has such a link. */
  progress(token: string): RepairProgress | null;
  /** A photograph by the reporter himself; null as above. */
  addPhoto(token: string, commandId: string, bytes: Uint8Array, now: Millis): Promise<CommandAnswer> | null;
  /** Who reported an incident, and how they are reached; those who left nothing are left out. */
  reporters(incident: Incident): (Reporter & { readonly report: string })[];
  /** Erases the names and numbers of an incident's reporters, here and at the cloud; answers how many there were here. */
  eraseReporters(incident: Incident, now: Millis): number;
  /** The same by the incident's id, for the cloud, which has erased its own; 0 also for an incident that is not known here. */
  eraseOf(incident: string, now: Millis): number;
  /** Erases those whose time is over; answers the ids of their reports. */
  eraseOverdue(keepMs: number, now: Millis): string[];
  readonly place: RepairLinks['place'];
}

export interface RepairDeskParts {
  readonly sign: Sign;
  readonly registry: () => Registry;
  readonly pipeline: Pick<Pipeline, 'report'>;
  readonly photos: Acting['photos'];
  readonly store: Pick<Store, 'cursor' | 'saveCursor' | 'cursorKeys' | 'forgetCursor' | 'answerOf' | 'incident'>;
}

export function createRepairDesk({ sign, registry, pipeline, photos, store }: RepairDeskParts): RepairDesk {
  const { progress, place } = createRepairLinks(sign);
  const reporters = createReporters(store);

  /** The incident that a report opened or joined, by what the pipeline answered it. */
  function found(token: string): { readonly report: string; readonly incident: Incident } | null {
    const report = progress.read(token);
    const incident = report === null ? undefined : incidentOf(store, report);
    return report !== null && incident ? { report, incident } : null;
  }

  const erase = (incident: Incident | undefined, now: Millis, isTold: boolean): number =>
    incident?.reports?.filter((report) => reporters.erase(report, now, isTold)).length ?? 0;

  return {
    async report(body, receivedAt, via) {
      // Written first: a report without its reporter could not be called back.
      reporters.save(body.commandId, body.asset, body.reporter, receivedAt);
      const answer = await pipeline.report(reportOf(body), receivedAt, via);
      return { ...answer, progress: progress.token(body.commandId) };
    },
    progress(token) {
      const it = found(token);
      const where = it && createDirectory(registry()).asset(it.incident.asset);
      return it && where ? progressOf(it.incident, it.report, where) : null;
    },
    addPhoto(token, commandId, bytes, now) {
      const it = found(token);
      if (!it) return null;
      const { report, incident } = it;
      const by = `report-${report}`;
      const own = incident.timeline.filter(({ kind, by: who }) => kind === 'photo' && who.id === by);
      if (own.length >= MOST_PHOTOS)
        return Promise.resolve({ commandId, state: 'refused', modified: false, reason: `${MOST_PHOTOS} are enough` });
      const order = { incident: incident.id, verb: 'note', receivedAt: instantText(now), via: 'link' } as const;
      const words = { note: null, proof: 'declared', to: null } as const;
      return photos.add(incident, { commandId, responder: by, ...order, ...words }, bytes);
    },
    reporters: ({ reports = [] }) =>
      reports.flatMap((report) => {
        const reporter = reporters.of(report);
        return reporter ? [{ report, ...reporter }] : [];
      }),
    eraseReporters: (incident, now) => erase(incident, now, true),
    eraseOf: (id, now) => erase(store.incident(id), now, false),
    eraseOverdue: (keepMs, now) => eraseOverdue({ reporters, store, keepMs, now }),
    place,
  };
}
