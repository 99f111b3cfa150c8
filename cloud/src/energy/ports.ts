import type { Events } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { Reckoner } from '../ports/reckoner.ts';
import type { SpanPorts } from './span.ts';

/** What making baselines and reports needs. */
export interface EnergyPorts extends SpanPorts {
  readonly events: Pick<Events, 'baselineLearned' | 'energyReported' | 'jobFailed'>;
  /** The time that the sites live in. */
  readonly clock: Clock;
  readonly timeZone: string;
  readonly reckoner: Reckoner;
  /** Name and version of what reckons, as reports tell it. */
  readonly software: string;
}
