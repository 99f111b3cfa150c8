import type { CommandAnswer } from '@keepsite/cloud-contract';
import { sentenceOf } from './errors.ts';
import type { Metrics } from './http/metrics.ts';
import type { Delivery, OwedPage } from './ports.ts';

/** The part of a logger that the edge uses: structured fields first, a static message second. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A record that the cloud refused for good. */
export interface RefusedRecord {
  readonly kind: string;
  readonly seq: number | null;
  readonly reason: string;
}

export interface SentBatch {
  readonly events: number;
  readonly blocks: number;
  readonly verdicts: readonly { readonly kind: string; readonly verdict: string }[];
  readonly ms: number;
}

/** One helper per business event: it is counted and written to the log in one place, with one wording. */
export interface EdgeEvents {
  pageSent(owed: OwedPage, delivery: Delivery, ms: number): void;
  pagesNotSettled(count: number, error: unknown): void;
  /** The disk has kept what was written; so long did who asked for it wait. */
  diskSynced(ms: number): void;
  batchSent(batch: SentBatch): void;
  uplinkLost(error: unknown): void;
  uplinkBack(failures: number): void;
  recordRefused(record: RefusedRecord): void;
  recordsGone(kind: string, from: number, to: number): void;
  commandDecided(answer: CommandAnswer): void;
  commandsLost(error: unknown): void;
  dayReckoned(day: string, zone: string, meters: number): void;
  /** Edge time stepped forward by so many ms, to the machine's clock. */
  clockFollowed(ms: number): void;
  workFailed(work: string, error: unknown): void;
}

export function createEvents(log: Log, metrics: Metrics): EdgeEvents {
  return {
    pageSent(owed, delivery, ms) {
      const { channel, to, possibleDuplicate } = owed.page;
      metrics.pages.inc({ channel, outcome: delivery.outcome });
      metrics.pageSeconds.observe({ channel }, ms / 1000);
      const fields = { incident: owed.incident, page: owed.page.id, person: to.person, channel, possibleDuplicate };
      const reason = delivery.reason === undefined ? {} : { reason: delivery.reason };
      log[delivery.outcome === 'accepted' ? 'info' : 'warn'](
        { ...fields, outcome: delivery.outcome, ...reason },
        'page sent',
      );
    },
    pagesNotSettled(count, error) {
      log.error({ count, reason: sentenceOf(error) }, 'page outcomes could not be written down yet');
    },
    diskSynced(ms) {
      metrics.diskSyncSeconds.observe(ms / 1000);
    },
    batchSent({ events, blocks, verdicts, ms }) {
      for (const { kind, verdict } of verdicts) metrics.uplinkRecords.inc({ kind, verdict });
      metrics.uplinkBatchSeconds.observe(ms / 1000);
      log.debug({ events, blocks, ms: Math.round(ms) }, 'batch sent');
    },
    uplinkLost(error) {
      metrics.uplinkFailures.inc();
      log.warn({ reason: sentenceOf(error) }, 'cloud lost, everything is kept');
    },
    uplinkBack(failures) {
      log.info({ failures }, 'cloud is back');
    },
    recordRefused(record) {
      log.error(record, 'cloud refused a record for good');
    },
    recordsGone(kind, from, to) {
      log.error({ kind, from, to }, 'dropped by the store before the cloud had it');
    },
    commandDecided(answer) {
      metrics.commands.inc({ state: answer.state });
      log.info(answer, 'command from the cloud decided');
    },
    commandsLost(error) {
      log.debug({ reason: sentenceOf(error) }, 'no commands from the cloud just now');
    },
    dayReckoned(day, zone, meters) {
      log.info({ day, zone, meters }, 'daily energy reckoned');
    },
    clockFollowed(ms) {
      log.warn({ seconds: Math.round(ms / 1000) }, 'the machine’s clock was set forward, edge time follows');
    },
    workFailed(work, error) {
      log.error({ work, reason: sentenceOf(error) }, 'work was not done');
    },
  };
}
