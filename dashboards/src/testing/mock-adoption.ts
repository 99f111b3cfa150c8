import {
  instantText,
  type AdoptBody,
  type Adopted,
  type DiscoveredDevice,
  type DiscoveredPoint,
  type MappingFile,
  type MappingPreview,
  type MappingPreviewBody,
  type Places,
  type QuarantineGroup,
  type RawMessage,
  type Retried,
  type RetryBody,
  type SavedMapping,
} from '@keepsite/edge-contract';
import { makes, mistakesIn } from './mock-mapping.ts';
import { REGISTRY } from './mock-registry.ts';

const SUMP = 'plant/north/sump-3/data';

/** Devices that wait, mappings and quarantine: enough to walk through an adoption. Nothing is remembered. */
export class MockAdoption {
  readonly #began = Date.now();
  #adopted = new Set<string>();
  #mappings = new Map<string, string>();
  #tried = new Set<string>();

  discovered(now: number, device: string | null): DiscoveredDevice[] {
    const all = [this.#plug(now), this.#sensor(now), this.#sump(now), this.#meter(now)];
    return all.filter((one) => !this.#adopted.has(one.device) && (device === null || one.device === device));
  }

  adopt({ device, name, asset, family }: AdoptBody, now: number): Adopted {
    const heard = this.discovered(now, device)[0];
    this.#adopted.add(device);
    const kept = heard?.kept ?? 0;
    return {
      device: {
        id: device,
        family: family ?? heard?.family ?? 'mapped',
        asset: typeof asset === 'string' ? asset : asset.id,
        name,
      },
      retried: { tried: kept, decoded: kept, stillRejected: 0, readings: kept * 3 },
    };
  }

  places(): Places {
    const site = (zone: string): string => REGISTRY.zones.find(({ id }) => id === zone)?.site ?? '';
    return {
      sites: REGISTRY.sites,
      zones: REGISTRY.zones,
      assets: REGISTRY.assets.map((asset, n) => ({
        ...asset,
        site: site(asset.zone),
        devices: n % 3 ? [] : [`d${n}`],
      })),
      clients: ['yunqi-park', 'nangang-dc', 'tianhe-committee'],
      families: ['houqi', 'milesight', 'shelly-gen2', 'tasmota', 'zigbee2mqtt', ...this.#mappings.keys()],
      expectEverySeconds: { houqi: 60, milesight: 3_600, 'shelly-gen2': 300, tasmota: 300, zigbee2mqtt: 86_400 },
    };
  }

  mappings(): MappingFile[] {
    return [...this.#mappings].map(([name, yaml]) => fileOf(name, yaml));
  }

  mapping(name: string): MappingFile | undefined {
    const yaml = this.#mappings.get(name);
    return yaml === undefined ? undefined : fileOf(name, yaml);
  }

  save(name: string, yaml: string): SavedMapping {
    this.#mappings.set(name, yaml);
    return {
      ...fileOf(name, yaml),
      retried: { tried: 14, decoded: 14, stillRejected: 0, readings: 28 },
      devices: ['sump-3'],
    };
  }

  remove(name: string): { name: string } | undefined {
    return this.#mappings.delete(name) ? { name } : undefined;
  }

  preview({ yaml, device, samples = [] }: MappingPreviewBody, now: number): MappingPreview {
    const kept = device === undefined ? [] : (this.discovered(now, device)[0]?.samples ?? []);
    const given = samples.map(({ topic, text = '', retain }) => raw(topic, text, now, retain));
    const { family, errors } = mistakesIn(yaml);
    const messages = [...kept, ...given].map(({ at, topic, retain, text, size }) => {
      const lines = errors.length > 0 ? [] : makes(yaml, topic, text ?? '', at);
      return { at, topic, retain, text, size, family: lines.length > 0 ? family : null, lines };
    });
    return { ok: errors.length === 0, errors, family, messages };
  }

  quarantine(now: number): QuarantineGroup[] {
    const at = (ago: number): string => instantText(now - ago * 1000);
    const groups: QuarantineGroup[] = [
      {
        key: 'a',
        reason: 'no dialect recognises this message',
        device: null,
        topic: SUMP,
        family: null,
        count: 14,
        firstAt: at(840),
        lastAt: at(3),
        sample: sumpMessage(now - 3_000),
        retryable: true,
      },
      {
        key: 'b',
        reason: 'active_power_w: … is outside … W',
        device: 'shellypro3em-8813bf',
        topic: null,
        family: 'shelly-gen2',
        count: 1_207,
        firstAt: at(86_400),
        lastAt: at(40),
        sample: raw(
          'shellypro3em-8813bf/status/em:0',
          '{"id":0,"a_act_power":9000000000,"total_act_power":9000000210.4}',
          now - 40_000,
        ),
        retryable: true,
      },
      {
        key: 'c',
        reason: 'only its beginning was kept, so it cannot be read again',
        device: null,
        topic: 'application/1/device/24e1/event/up',
        family: 'chirpstack',
        count: 2,
        firstAt: at(9_000),
        lastAt: at(9_000),
        sample: {
          ...raw('application/1/device/24e1/event/up', '', now - 9e6),
          text: null,
          base64: 'AXVkAwD/CAA=',
          size: 200_431,
        },
        retryable: false,
      },
    ];
    return groups.filter((group) => !this.#tried.has(group.key));
  }

  retry(body: RetryBody, now: number): Retried {
    const keys = body.all ? ['a'] : [body.key ?? ''];
    const tried = this.quarantine(now).filter((group) => body.all || keys.includes(group.key));
    for (const key of keys) if (key !== 'b') this.#tried.add(key);
    const count = tried.reduce((sum, group) => sum + group.count, 0);
    const still = tried.some((group) => group.key === 'b') ? 1_207 : 0;
    return { tried: count, decoded: count - still, stillRejected: still, readings: (count - still) * 2 };
  }

  #plug(now: number): DiscoveredDevice {
    const watts = 41.7 + Math.round(20 * Math.sin(now / 9000)) / 10;
    const text = JSON.stringify({
      Time: '2026-11-22T04:00:01',
      ENERGY: { Total: 12.345, Power: watts, Voltage: 231, Current: 0.181 },
    });
    const heard = heardOf('tasmota_8F3A21', 'tasmota', now - 2_000, 37, [
      raw('tele/tasmota_8F3A21/SENSOR', text, now - 2_000),
    ]);
    return {
      ...heard,
      name: 'Fan plug',
      model: 'NOUS A1T',
      online: true,
      points: [
        point('active_power_w', watts, now),
        point('voltage_v', 231, now),
        point('current_a', 0.181, now),
        point('energy_import_kwh', 12.345, now),
      ],
    };
  }

  #sensor(now: number): DiscoveredDevice {
    const text = JSON.stringify({ water_leak: false, battery: 97, temperature: null, linkquality: 126 });
    const heard = heardOf('0x00158d0001a2b3c4', 'zigbee2mqtt', now - 61_000, 3, [
      raw('zigbee2mqtt/0x00158d0001a2b3c4', text, now - 61_000, true),
    ]);
    return {
      ...heard,
      maker: 'Aqara',
      model: 'SJCGQ11LM',
      reason: 'battery: "full" is not a number',
      faults: [{ fault: 'battery_low', vendorCode: 'E07', state: 'raised', at: null }],
      points: [
        { ...point('leak', false, now), quality: 'cached' },
        point('battery_pct', 97, now),
        { ...point('temperature_c', null, now), quality: 'unknown' },
        point('link_quality', 126, now),
      ],
    };
  }

  #sump(now: number): DiscoveredDevice {
    const messages = 14 + Math.floor((Date.now() - this.#began) / 4000);
    const read = this.#mappings.size > 0;
    const heard = heardOf(read ? 'sump-3' : SUMP, read ? 'plant' : null, now - 3_000, messages, [
      sumpMessage(now - 3_000),
      raw('plant/north/sump-3/status', 'alive', now - 60_000, true),
    ]);
    return {
      ...heard,
      reason: read ? null : 'nobody recognises this message',
      points: read ? [point('water_level_m', 1.32, now)] : [],
    };
  }

  #meter(now: number): DiscoveredDevice {
    const payload = {
      设备编号: 'DB-07',
      数据: { 温度: 41.2, Ua: 231.2, Ub: 229.8, 总功率_kW: 12.4, 有功电能: 10_234.5, x9: 5 },
      时间: '2026-11-22 12:00:00',
    };
    const messages = [0, 30, 60].map((ago) => raw('厂区/配电房/表7', JSON.stringify(payload), now - ago * 1000));
    return heardOf('厂区/配电房/表7', null, now - 300_000, 122, messages);
  }
}

function heardOf(
  device: string,
  family: string | null,
  at: number,
  messages: number,
  samples: RawMessage[],
): DiscoveredDevice {
  return {
    device,
    family,
    name: null,
    maker: null,
    model: null,
    topics: [...new Set(samples.map(({ topic }) => topic))],
    firstHeardAt: instantText(at - messages * 30_000),
    lastHeardAt: instantText(at),
    online: null,
    messages,
    kept: Math.min(100, messages),
    reason: family === null ? 'nobody recognises this message' : null,
    points: [],
    faults: [],
    samples,
  };
}

function point(metric: string, value: DiscoveredPoint['value'], at: number): DiscoveredPoint {
  return { metric, part: null, value, quality: 'good', at: instantText(at), name: null, unit: null };
}

function sumpMessage(at: number): RawMessage {
  const text = `{"ts":${Math.floor(at / 1000)},"level":132,"pump":"RUN","temp":21.4,"alarms":[3],"mains":{"volt":231.5}}`;
  return raw(SUMP, text, at);
}

function raw(topic: string, text: string, at: number, retain = false): RawMessage {
  const bytes = Buffer.from(text);
  return { at: instantText(at), topic, retain, text, base64: bytes.toString('base64'), size: bytes.length };
}

function fileOf(name: string, yaml: string): MappingFile {
  const { family, errors } = mistakesIn(yaml);
  return { name, yaml, family, ok: errors.length === 0, errors };
}
