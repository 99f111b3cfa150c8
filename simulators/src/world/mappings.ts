import { MAPPED_TOPIC } from '../devices/mapped/encode.ts';

/** What the vendor of the incoming supply's meter is called in lists. */
export const MAPPED_FAMILY = 'qiantang-scada';
export const MAPPED_DEVICE = 'dc-main-meter';

/** Mapping files by name: how an installer describes a meter that the edge has no dialect for. */
export const MAPPINGS: Readonly<Record<string, unknown>> = {
  'qiantang-scada.yaml': {
    family: MAPPED_FAMILY,
    topic: MAPPED_TOPIC,
    device: MAPPED_DEVICE,
    time: { path: 't', format: 'seconds' },
    expectEverySeconds: 180,
    readings: [
      { path: 'P', metric: 'active_power_w', unit: 'kW' },
      { path: 'E', metric: 'energy_import_kwh', unit: 'MWh' },
      { path: 'f', metric: 'frequency_hz' },
      { path: 'U.L1', metric: 'voltage_v', part: 'a' },
      { path: 'U.L2', metric: 'voltage_v', part: 'b' },
      { path: 'U.L3', metric: 'voltage_v', part: 'c' },
      { path: 'I.L1', metric: 'current_a', part: 'a' },
      { path: 'I.L2', metric: 'current_a', part: 'b' },
      { path: 'I.L3', metric: 'current_a', part: 'c' },
    ],
  },
};
