import type { Millis } from '@keepsite/edge-contract';
import * as chirpstack from '../devices/chirpstack/encode.ts';
import * as keepsite from '../devices/keepsite/encode.ts';
import * as mapped from '../devices/mapped/encode.ts';
import type { OutMessage } from '../devices/message.ts';
import * as milesight from '../devices/milesight/encode.ts';
import * as shelly from '../devices/shelly-gen2/encode.ts';
import * as tasmota from '../devices/tasmota/encode.ts';
import * as zigbee from '../devices/zigbee2mqtt/encode.ts';
import type { Elevator } from '../physics/elevator.ts';
import type { Leak } from '../physics/leak.ts';
import type { Meter } from '../physics/meter.ts';
import type { Sump } from '../physics/sump.ts';
import type { ElevatorSpec, LeakSpec, MeterSpec, SumpSpec } from '../world/specs.ts';

/** One device: what it says at its own pace, and how it says hello and goodbye. */
export interface Emitter {
  readonly device: string;
  readonly asset: string;
  /** Its pace, seconds of simulated time. */
  readonly everySeconds: number;
  /** What it says of the state that its asset has now. */
  readonly say: () => OutMessage[];
  readonly presence: (online: boolean) => OutMessage[];
}

/** The box at an elevator's controller. Its monitor (Houqi) speaks only when something is wrong. */
export function elevatorEmitter(spec: ElevatorSpec, elevator: Elevator): Emitter {
  const { controller, site, asset } = spec;
  return {
    device: controller,
    asset,
    everySeconds: 2,
    say: () => {
      const car = elevator.state();
      return [keepsite.reading(site, controller, car.at, keepsite.elevatorPoints(car))];
    },
    presence: (online) => [keepsite.availability(site, controller, online)],
  };
}

export function leakEmitter(spec: LeakSpec, leak: Leak, zone: string): Emitter {
  const base = { device: spec.device, asset: spec.asset, everySeconds: spec.everySeconds };
  const frames = counter();
  const say: Record<LeakSpec['family'], () => OutMessage[]> = {
    keepsite: () => [keepsite.reading(spec.site, spec.device, leak.state().at, keepsite.leakPoints(leak.state()))],
    'shelly-gen2': () => shelly.floodMessages(spec.device, leak.state()),
    zigbee2mqtt: () => zigbee.leakMessages(spec.device, leak.state(), zone),
    milesight: () => [
      lora(
        spec.device,
        spec.asset,
        'Milesight EM300-SLD',
        leak.state().at,
        frames(),
        milesight.leakObject(leak.state()),
      ),
    ],
  };
  const presence: Record<LeakSpec['family'], Emitter['presence']> = {
    keepsite: (online) => [keepsite.availability(spec.site, spec.device, online)],
    'shelly-gen2': (online) => [shelly.online(spec.device, online)],
    zigbee2mqtt: (online) => [zigbee.availability(spec.device, online)],
    milesight: () => [],
  };
  return { ...base, say: say[spec.family], presence: presence[spec.family] };
}

/** Level sensor, power meter and controller of one sump: three devices, two assets. */
export function sumpEmitters(spec: SumpSpec, sump: Sump): Emitter[] {
  const frames = counter();
  const battery = 80 + (spec.catchmentM2 % 20);
  return [
    {
      device: spec.level,
      asset: spec.asset,
      everySeconds: 10,
      say: () => [
        lora(
          spec.level,
          spec.asset,
          'Milesight EM500-SWL',
          sump.state().at,
          frames(),
          milesight.levelObject(sump.state(), battery),
        ),
      ],
      presence: () => [],
    },
    {
      device: spec.power,
      asset: spec.pump,
      everySeconds: 20,
      say: () => shelly.pumpMessages(spec.power, sump.state()),
      presence: (online) => [shelly.online(spec.power, online)],
    },
    {
      device: spec.controller,
      asset: spec.pump,
      everySeconds: 10,
      say: () => [keepsite.reading(spec.site, spec.controller, sump.state().at, keepsite.pumpPoints(sump.state()))],
      presence: (online) => [keepsite.availability(spec.site, spec.controller, online)],
    },
  ];
}

export function meterEmitter(spec: MeterSpec, meter: Meter, zone: string): Emitter {
  const day = tasmota.dayCounters(zone);
  const say: Record<MeterSpec['family'], () => OutMessage[]> = {
    'shelly-gen2': () => shelly.meterMessages(spec.device, meter.state()),
    tasmota: () => tasmota.meterMessages(spec.device, meter.state(), zone, day(meter.state())),
    zigbee2mqtt: () => zigbee.plugMessages(spec.device, meter.state(), zone),
    keepsite: () => [keepsite.reading(spec.site, spec.device, meter.state().at, keepsite.meterPoints(meter.state()))],
    mapped: () => mapped.meterMessages(meter.state()),
  };
  const presence: Record<MeterSpec['family'], Emitter['presence']> = {
    'shelly-gen2': (online) => [shelly.online(spec.device, online)],
    tasmota: (online) => [tasmota.online(spec.device, online)],
    zigbee2mqtt: (online) => [zigbee.availability(spec.device, online)],
    keepsite: (online) => [keepsite.availability(spec.site, spec.device, online)],
    mapped: () => [],
  };
  return {
    device: spec.device,
    asset: spec.asset,
    everySeconds: 10,
    say: say[spec.family],
    presence: presence[spec.family],
  };
}

function lora(
  devEui: string,
  deviceName: string,
  deviceProfileName: string,
  at: Millis,
  fCnt: number,
  object: milesight.MilesightObject,
): OutMessage {
  return chirpstack.uplink({ devEui, deviceName, deviceProfileName, at, fCnt, object });
}

function counter(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
}
