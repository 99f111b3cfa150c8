import type { Logger } from 'pino';

/** What the cloud tells its operator: one helper a business event, static words, structured fields. */
export interface Events {
  started(fields: { url: string; database: string; metrics: string; ms: number }): void;
  notice(text: string): void;
  batchAccepted(fields: { edge: string; accepted: number; duplicates: number; rejected: number; ms: number }): void;
  recordRejected(fields: { edge: string; kind: string; seq: number | null; reason: string }): void;
  chainBroken(fields: { edge: string; seq: number; incident: string }): void;
  edgeBlind(fields: { edge: string }): void;
  alarmChanged(fields: { alarm: string; edges: number; state: 'open' | 'acknowledged' | 'ended' }): void;
  alarmPaged(fields: {
    alarm: string;
    page: string;
    person: string;
    channel: string;
    outcome: string;
    settled: boolean;
    reason: string | null;
  }): void;
  clientScored(fields: { client: string; day: string; score: number | null; colour: string }): void;
  monthClosed(fields: { client: string; period: string }): void;
  reportersErased(fields: { reports: number }): void;
  baselineLearned(fields: { client: string; version: number; why: string }): void;
  energyReported(fields: { client: string; period: string; verdict: string }): void;
  jobFailed(fields: { job: string; reason: string }): void;
  requestFailed(fields: { method: string; path: string; reason: string; stack?: string | undefined }): void;
  stopped(): void;
}

/** Writes the events as JSON lines. */
export function logEvents(log: Logger): Events {
  return {
    started: (fields) => log.info(fields, 'cloud started'),
    notice: (text) => log.warn({ notice: text }, 'notice'),
    batchAccepted: (fields) => log.debug(fields, 'batch accepted'),
    recordRejected: (fields) => log.warn(fields, 'record rejected'),
    chainBroken: (fields) => log.error(fields, 'evidence chain broken'),
    edgeBlind: (fields) => log.warn(fields, 'site blind'),
    alarmChanged: (fields) => log.warn(fields, 'alarm of the cloud'),
    alarmPaged: (fields) => log.info(fields, 'alarm paged'),
    clientScored: (fields) => log.debug(fields, 'client scored'),
    monthClosed: (fields) => log.info(fields, 'month closed'),
    reportersErased: (fields) => log.info(fields, 'names and numbers of reporters erased'),
    baselineLearned: (fields) => log.info(fields, 'energy baseline learned'),
    energyReported: (fields) => log.info(fields, 'energy reported'),
    jobFailed: (fields) => log.error(fields, 'job failed'),
    requestFailed: (fields) => log.error(fields, 'request failed'),
    stopped: () => log.info('cloud stopped'),
  };
}

/** Says nothing; for tests. */
export function silentEvents(): Events {
  const nothing = (): void => undefined;
  return {
    started: nothing,
    notice: nothing,
    batchAccepted: nothing,
    recordRejected: nothing,
    chainBroken: nothing,
    edgeBlind: nothing,
    alarmChanged: nothing,
    alarmPaged: nothing,
    clientScored: nothing,
    monthClosed: nothing,
    reportersErased: nothing,
    baselineLearned: nothing,
    energyReported: nothing,
    jobFailed: nothing,
    requestFailed: nothing,
    stopped: nothing,
  };
}
