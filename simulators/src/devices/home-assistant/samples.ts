import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';

/**
 * Sensors announced one by one and as one device, then what they say on their topics. Source:
 * home-assistant.io/integrations/mqtt.
 */
export function homeAssistantSamples(random: Random): Sample[] {
  return [...oneByOne(random), ...asDevice(random)];
}

function oneByOne(random: Random): Sample[] {
  const id = `node-${random.int(1, 999_999)}`;
  const base = `park/${id}`;
  const kilowatts = random.int(0, 99_999) / 1000;
  const energy = random.int(0, 9_999_999);
  const wet = random.chance(0.5);
  const announce = (component: string, object: string, config: object): Sample => ({
    topic: `homeassistant/${component}/${id}/${object}/config`,
    payload: JSON.stringify({ unique_id: `${id}_${object}`, device: { identifiers: [id], name: 'Node' }, ...config }),
    retain: true,
    says: [],
  });
  const reading = { kind: 'reading', device: id, part: null, at: null, quality: 'good' } as const;
  return [
    announce('sensor', 'power', {
      state_topic: `${base}/state`,
      device_class: 'power',
      unit_of_measurement: 'kW',
      value_template: '{{ value_json.power | float }}',
    }),
    announce('sensor', 'energy', {
      state_topic: `${base}/state`,
      device_class: 'energy',
      unit_of_measurement: 'Wh',
      value_template: "{{ value_json['energy'].total }}",
    }),
    announce('binary_sensor', 'leak', {
      state_topic: `${base}/leak`,
      device_class: 'moisture',
      availability_topic: `${base}/lwt`,
    }),
    announce('sensor', 'pressure', {
      state_topic: `${base}/pressure`,
      device_class: 'pressure',
      unit_of_measurement: 'hPa',
    }),
    {
      topic: `${base}/state`,
      payload: JSON.stringify({ power: kilowatts, energy: { total: energy } }),
      says: [
        { ...reading, metric: 'active_power_w', value: Math.round(kilowatts * 1000) },
        { ...reading, metric: 'energy_import_kwh', value: energy / 1000 },
      ],
    },
    { topic: `${base}/leak`, payload: wet ? 'ON' : 'OFF', says: [{ ...reading, metric: 'leak', value: wet }] },
    { topic: `${base}/pressure`, payload: '1013', says: [] },
    { topic: `${base}/lwt`, payload: 'offline', says: [{ kind: 'availability', device: id, online: false }] },
  ];
}

function asDevice(random: Random): Sample[] {
  const id = `pump-${random.int(1, 999_999)}`;
  const litres = random.int(0, 999_999);
  const fahrenheit = random.int(320, 2000) / 10;
  const low = random.chance(0.5);
  const config = {
    '~': `yard/${id}`,
    dev: { ids: id, name: 'Pump', mf: 'Acme' },
    o: { name: 'firmware' },
    stat_t: '~/tele',
    cmps: {
      water: { p: 'sensor', dev_cla: 'water', unit_of_meas: 'L', val_tpl: '{{ value_json.l }}', uniq_id: `${id}w` },
      warmth: {
        p: 'sensor',
        dev_cla: 'temperature',
        unit_of_meas: '°F',
        val_tpl: '{{ value_json.t }}',
        uniq_id: `${id}t`,
      },
      low: {
        p: 'binary_sensor',
        dev_cla: 'battery',
        val_tpl: '{{ value_json.low }}',
        pl_on: true,
        pl_off: false,
        uniq_id: `${id}b`,
      },
      relay: { p: 'switch', stat_t: '~/relay', cmd_t: '~/relay/set', uniq_id: `${id}r` },
    },
  };
  const reading = { kind: 'reading', device: id, part: null, at: null, quality: 'good' } as const;
  const fault: SampleLine = {
    kind: 'fault',
    device: id,
    fault: 'battery_low',
    vendorCode: 'low',
    state: low ? 'raised' : 'cleared',
  };
  return [
    { topic: `homeassistant/device/${id}/config`, payload: JSON.stringify(config), retain: true, says: [] },
    {
      topic: `yard/${id}/tele`,
      payload: JSON.stringify({ l: litres, t: fahrenheit, low }),
      says: [
        { ...reading, metric: 'flow_total_l', value: litres },
        { ...reading, metric: 'temperature_c', value: ((fahrenheit - 32) * 5) / 9 },
        fault,
      ],
    },
    { topic: `yard/${id}/relay`, payload: 'ON', says: [] },
    { topic: `homeassistant/device/${id}/config`, payload: '', retain: true, says: [] },
    { topic: `yard/${id}/tele`, payload: '{}', says: [{ kind: 'rejected' }] },
  ];
}
