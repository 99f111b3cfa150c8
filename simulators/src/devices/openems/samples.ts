import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { sayingOf, UNKNOWN } from '../saying.ts';

/** Channels of a meter and of other components, one a topic. Source: OpenEMS readme of the MQTT controller, `ElectricityMeter`. */
export function openemsSamples(random: Random): Sample[] {
  const edge = `edge${random.int(0, 99)}`;
  const prefix = random.pick(['', 'site/']);
  const component = `meter${random.int(0, 9)}`;
  const channel = (name: string) => `${prefix}edge/${edge}/channel/${component}/${name}`;
  const say = sayingOf(`${prefix}${edge}/${component}`, null);
  const [watts, millivolts, milliamperes] = [
    random.int(-9_999, 9_999),
    random.int(220_000, 240_000),
    random.int(0, 99_999),
  ];
  const [millihertz, wattHours] = [random.int(49_900, 50_100), random.int(1, 99_999_999)];
  const own = sayingOf(`${prefix}${edge}/ess0`, null);
  const soc = random.int(0, 100);
  return [
    { topic: channel('ActivePower'), payload: String(watts), says: [say('active_power_w', watts)] },
    { topic: channel('VoltageL1'), payload: String(millivolts), says: [say('voltage_v', millivolts / 1000, 'a')] },
    { topic: channel('CurrentL3'), payload: String(milliamperes), says: [say('current_a', milliamperes / 1000, 'c')] },
    { topic: channel('Frequency'), payload: String(millihertz), says: [say('frequency_hz', millihertz / 1000)] },
    {
      topic: channel('ActiveProductionEnergy'),
      payload: String(wattHours),
      says: [say('energy_import_kwh', wattHours / 1000)],
    },
    { topic: channel('ReactivePower'), payload: 'null', says: [say('reactive_power_var', null, null, UNKNOWN)] },
    { topic: `${prefix}edge/${edge}/channel/ess0/Soc`, payload: String(soc), says: [own('Soc', soc)] },
    { topic: `${prefix}edge/${edge}/channel/_meta/Version`, payload: '"2026.6.0"', says: [] },
    { topic: `${prefix}edge/${edge}/channel/lastUpdate`, payload: '2026-06-09T10:13:20.123Z', says: [] },
  ];
}
