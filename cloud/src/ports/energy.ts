import type {
  BaselineRefusal,
  EnergyBaseline,
  EnergyEvent,
  EnergyMeasure,
  EnergyReport,
  EnergyReportEntry,
  EnergySetup,
} from '@keepsite/cloud-contract';
import type { Millis } from '@keepsite/edge-contract';
import type { HourSpan, ReportInputs } from '@keepsite/edge-energy';

/** A setup with its number; 0: nobody has set one up, this is what the registry says. */
export interface KeptSetup {
  readonly version: number;
  readonly setup: EnergySetup;
}

/** A report as it is kept: frozen, with all that it was reckoned from. */
export interface FrozenReport {
  readonly entry: EnergyReportEntry;
  readonly report: EnergyReport;
  readonly inputs: ReportInputs;
}

/** One hour of weather, and which load of which source said so. */
export interface WeatherHour {
  readonly at: Millis;
  readonly celsius: number;
  readonly version: number;
  readonly document: string;
}

interface FactBodies {
  readonly measure: EnergyMeasure;
  readonly event: EnergyEvent;
  readonly refusal: BaselineRefusal;
}
export type EnergyFactKind = keyof FactBodies;

/** What energy reports rest on. Append-only: a change is a new version. */
export interface EnergyStore {
  setup(client: string): Promise<KeptSetup | null>;
  /** Answers the number of the newest version: the same setup again makes no new one. */
  saveSetup(client: string, setup: EnergySetup): Promise<number>;
  /** The newest version of each. */
  facts<Kind extends EnergyFactKind>(client: string, kind: Kind): Promise<FactBodies[Kind][]>;
  saveFact<Kind extends EnergyFactKind>(client: string, kind: Kind, fact: FactBodies[Kind]): Promise<void>;
  /** Rises with every version of the client's setup and events; 0: there is none. */
  revision(client: string): Promise<number>;
  /** Newest first. */
  baselines(client: string): Promise<EnergyBaseline[]>;
  baselineSpan(client: string, version: number): Promise<HourSpan | null>;
  saveBaseline(client: string, baseline: Omit<EnergyBaseline, 'version'>, span: HourSpan): Promise<EnergyBaseline>;
  /** The same while `newest` is the newest version (0: there is none yet); else null: somebody else was first. */
  saveBaselineAfter(
    newest: number,
    client: string,
    baseline: Omit<EnergyBaseline, 'version'>,
    span: HourSpan,
  ): Promise<EnergyBaseline | null>;
  /** Newest period first, the newest version of each. */
  reports(client: string, limit: number): Promise<EnergyReportEntry[]>;
  report(client: string, id: string): Promise<FrozenReport | null>;
  newestReport(client: string, kind: EnergyReportEntry['kind'], period?: string): Promise<FrozenReport | null>;
  /** False when that version is there already: another replica was first. */
  saveReport(client: string, frozen: FrozenReport): Promise<boolean>;
  /** Hours of a source at a site as a new version of it; answers its number. */
  saveWeather(
    site: string,
    source: string,
    document: string,
    hours: readonly { readonly at: Millis; readonly celsius: number }[],
  ): Promise<number>;
  /** The newest value of each hour of [from, to). */
  weather(site: string, source: string, from: Millis, to: Millis): Promise<WeatherHour[]>;
}

/** Where hours of outdoor temperature can be had. */
export interface WeatherProvider {
  /** Its name beside every hour. */
  readonly name: string;
  /** The hours of some days (UTC, `to` excluded) that it knows. Rejects with CLOUD_WEATHER_FAILED. */
  hours(
    place: { readonly latitude: number; readonly longitude: number },
    from: string,
    to: string,
  ): Promise<{
    readonly document: string;
    readonly hours: readonly { readonly at: Millis; readonly celsius: number }[];
  }>;
}
