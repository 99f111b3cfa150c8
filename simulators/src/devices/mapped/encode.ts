import type { MeterState } from '../../physics/meter.ts';
import { rounded, telling, type OutMessage } from '../message.ts';

/** The topic of the incoming supply's meter: a vendor that no dialect knows. */
export const MAPPED_TOPIC = 'scada/qiantang/mdb/01/values';

/** A meter whose gateway speaks its own JSON: kW and MWh, Unix seconds, no device id but the topic. */
export function meterMessages(meter: MeterState): OutMessage[] {
  const [a, b, c] = meter.phases;
  const body = {
    t: Math.floor(meter.at / 1000),
    P: rounded(meter.totalW / 1000, 3),
    U: { L1: rounded(a.voltageV, 1), L2: rounded(b.voltageV, 1), L3: rounded(c.voltageV, 1) },
    I: { L1: rounded(a.currentA, 2), L2: rounded(b.currentA, 2), L3: rounded(c.currentA, 2) },
    f: rounded(meter.frequencyHz, 2),
    E: rounded(meter.energyKwh / 1000, 6),
  };
  return [telling(MAPPED_TOPIC, body)];
}
