import { localText } from '../../local-time.ts';
import type { LeakState } from '../../physics/leak.ts';
import type { MeterState } from '../../physics/meter.ts';
import { keeping, rounded, telling, type OutMessage } from '../message.ts';

/** `zigbee2mqtt/<name>/availability`, retained JSON as since version 2. Source: zigbee2mqtt.io, MQTT topics. */
export function availability(name: string, isOnline: boolean): OutMessage {
  return keeping(`zigbee2mqtt/${name}/availability`, { state: isOnline ? 'online' : 'offline' }, 1);
}

/** The bridge's own state: its last will is `offline`. */
export function bridgeState(isOnline: boolean): OutMessage {
  return keeping('zigbee2mqtt/bridge/state', { state: isOnline ? 'online' : 'offline' }, 1);
}

/** An Aqara water sensor: battery voltage in mV, `last_seen` as ISO 8601 with the zone's offset. */
export function leakMessages(name: string, leak: LeakState, zone: string): OutMessage[] {
  const body = {
    battery: leak.batteryPct,
    battery_low: false,
    device_temperature: Math.round(leak.temperatureC + 2),
    last_seen: `${localText(leak.at, zone, 'T')}${offsetText(leak.at, zone)}`,
    linkquality: 60 + (leak.batteryPct % 80),
    tamper: false,
    voltage: 2600 + leak.batteryPct * 4,
    water_leak: leak.wet,
  };
  return [telling(`zigbee2mqtt/${name}`, body)];
}

/** A metering plug: W, V, A and kWh, as the bridge scales them. */
export function plugMessages(name: string, meter: MeterState, zone: string): OutMessage[] {
  const current = meter.phases.reduce((sum, phase) => sum + phase.currentA, 0);
  const body = {
    current: rounded(current, 2),
    energy: rounded(meter.energyKwh, 2),
    last_seen: `${localText(meter.at, zone, 'T')}${offsetText(meter.at, zone)}`,
    linkquality: 132,
    power: rounded(meter.totalW, 1),
    state: 'ON',
    voltage: Math.round(meter.phases[0].voltageV),
  };
  return [telling(`zigbee2mqtt/${name}`, body)];
}

function offsetText(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offset;
}
