import type { Asset } from '@keepsite/edge-contract';

export type Name = Asset['name'];

/** An elevator and its two boxes: the car's monitor (Houqi) and the controller's (Keepsite's own dialect). */
export interface ElevatorSpec {
  readonly asset: string;
  readonly site: string;
  readonly zone: string;
  readonly name: Name;
  readonly topFloor: number;
  readonly ratedLoadKg: number;
  readonly ratedSpeedMps: number;
  /** How busy: people that arrive in a busy hour. */
  readonly callsPerHour: number;
  readonly controller: string;
  readonly monitor: { readonly elevatorNo: string; readonly macAddr: string };
}

export type LeakFamily = 'zigbee2mqtt' | 'shelly-gen2' | 'milesight' | 'keepsite';

/** A water sensor in a room, or at the bottom of an elevator's shaft (then its asset is the elevator). */
export interface LeakSpec {
  readonly asset: string;
  readonly site: string;
  readonly zone: string;
  readonly name: Name;
  readonly family: LeakFamily;
  readonly device: string;
  /** True: the asset is listed elsewhere (an elevator's pit). */
  readonly shared: boolean;
  /** The sensor's own pace, seconds of simulated time. */
  readonly everySeconds: number;
}

/** A sump: a level sensor, and a pump with its power meter and its controller's box. */
export interface SumpSpec {
  readonly asset: string;
  readonly pump: string;
  readonly site: string;
  readonly zone: string;
  readonly name: Name;
  readonly pumpName: Name;
  readonly level: string;
  readonly power: string;
  readonly controller: string;
  readonly areaM2: number;
  /** Square metres whose rain ends here. */
  readonly catchmentM2: number;
  readonly capacityM3h: number;
  readonly startM: number;
  readonly stopM: number;
  readonly criticalLevelM: number;
  readonly pumpKw: number;
}

/** What kind of load is behind a meter; `sum`: the meters behind an incoming supply. */
export type LoadKind = 'it' | 'cooling' | 'office' | 'common' | 'chiller' | 'charging' | 'sum';
export type MeterFamily = 'shelly-gen2' | 'tasmota' | 'zigbee2mqtt' | 'mapped' | 'keepsite';

/** A meter and the load behind it. */
export interface MeterSpec {
  readonly asset: string;
  readonly site: string;
  readonly zone: string;
  readonly name: Name;
  readonly family: MeterFamily;
  readonly device: string;
  readonly kind: LoadKind;
  /** Load on a busy weekday, kW; of a `sum`: what is added to its parts. */
  readonly peakKw: number;
  /** Assets whose loads a `sum` adds up. */
  readonly of?: readonly string[];
  readonly contractDemandKw: number;
}
