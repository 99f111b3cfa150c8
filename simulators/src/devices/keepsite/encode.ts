import { instantText, type CanonicalMetric, type Millis } from '@keepsite/edge-contract';
import type { ElevatorState } from '../../physics/elevator.ts';
import type { LeakState } from '../../physics/leak.ts';
import type { MeterState } from '../../physics/meter.ts';
import type { SumpState } from '../../physics/sump.ts';
import { keeping, rounded, telling, type OutMessage } from '../message.ts';

/** One point of a message: a canonical metric, its part when it has one, and its value. */
export interface Point {
  readonly metric: CanonicalMetric;
  readonly part?: string;
  readonly value: number | boolean | string;
}

/** `keepsite/<site>/devices/<device>/reading`: several points of one instant. */
export function reading(site: string, device: string, at: Millis, readings: readonly Point[]): OutMessage {
  return telling(`keepsite/${site}/devices/${device}/reading`, { at: instantText(at), readings }, 1);
}

/** `keepsite/<site>/devices/<device>/availability`, retained; the last will says offline. */
export function availability(site: string, device: string, isOnline: boolean): OutMessage {
  return keeping(`keepsite/${site}/devices/${device}/availability`, { online: isOnline }, 1);
}

/** What the controller's box knows of its elevator. Between floors the car stands at the one beneath. */
export function elevatorPoints(car: ElevatorState): Point[] {
  return [
    { metric: 'floor', value: String(car.floor) },
    { metric: 'position_m', value: rounded(car.positionM, 2) },
    { metric: 'speed_mps', value: rounded(car.speedMps, 2) },
    { metric: 'direction', value: car.direction },
    { metric: 'door', value: car.door },
    { metric: 'occupied', value: car.people > 0 },
    { metric: 'people', value: car.people },
    { metric: 'load_kg', value: car.loadKg },
    { metric: 'mode', value: 'normal' },
    { metric: 'motor_temperature_c', value: rounded(car.motorC, 1) },
    { metric: 'vibration_mps2', value: rounded(car.vibrationMps2, 3) },
    { metric: 'trips_total', value: car.trips },
    { metric: 'door_cycles_total', value: car.doorCycles },
  ];
}

/** The pump's controller: whether it runs, and the float above the critical level. */
export function pumpPoints(sump: SumpState): Point[] {
  return [
    { metric: 'pump_running', value: sump.pumpRunning },
    { metric: 'float_high', value: sump.floatHigh },
  ];
}

export function leakPoints(leak: LeakState): Point[] {
  return [
    { metric: 'leak', value: leak.wet },
    { metric: 'temperature_c', value: rounded(leak.temperatureC, 1) },
    { metric: 'humidity_pct', value: rounded(leak.humidityPct, 1) },
    { metric: 'battery_pct', value: leak.batteryPct },
  ];
}

export function meterPoints(meter: MeterState): Point[] {
  return [
    { metric: 'active_power_w', value: rounded(meter.totalW, 1) },
    { metric: 'energy_import_kwh', value: rounded(meter.energyKwh, 3) },
    { metric: 'frequency_hz', value: rounded(meter.frequencyHz, 2) },
    ...meter.phases.map((phase, i): Point => ({
      metric: 'voltage_v',
      part: 'abc'[i] ?? 'n',
      value: rounded(phase.voltageV, 1),
    })),
  ];
}
