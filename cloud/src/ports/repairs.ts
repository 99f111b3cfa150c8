import type { Incident, Millis, Reporter } from '@keepsite/edge-contract';

/** What people reported through the cloud: whom to call back, and the key that signs their links. */
export interface RepairStore {
  /** Once for each report; the first one stands. */
  take(report: string, asset: string, reporter: Reporter): Promise<void>;
  /** Null: it came through no cloud, or nothing was left. */
  reporter(report: string): Promise<Reporter | null>;
  /**
   * Takes the name and the number of a report out for good, also of one that is not heard of yet; whoever tells them
   * again later does not bring them back. False: there were none.
   */
  erase(report: string, asset: string, at: Millis): Promise<boolean>;
  /**
   * The same for all whose incident was closed by `before` and about which no client is still to be asked, and for
   * what came in by then and never became an incident; answers how many.
   */
  eraseOverdue(before: Millis, at: Millis): Promise<number>;
  /** The asset of a report that came through the cloud, and the incident that it became; null while the edge has not decided. */
  find(report: string): Promise<{ readonly asset: string; readonly incident: Incident | null } | null>;
  /** 256 bits of this tenant’s own, made when they are first asked for. */
  linkKey(): Promise<Uint8Array>;
}
