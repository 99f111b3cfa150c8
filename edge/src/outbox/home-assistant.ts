import { metricKind, type Registry } from '@keepsite/edge-contract';
import type { Inbox } from '../ports.ts';
import type { AssetPoint } from './asset-states.ts';

export interface HomeAssistantParts {
  readonly edge: string;
  readonly registry: () => Registry;
  readonly publish: Inbox['publish'];
  /** Home Assistant's discovery prefix. */
  readonly prefix: string;
}

export interface HomeAssistant {
  /** Points of an asset that are to be found under it. */
  introduce(asset: string, points: readonly AssetPoint[]): void;
  /** Publishes what was introduced since the last time; called once a second. */
  flush(): void;
}

/**
 * Lets Home Assistant find every asset by itself: a retained discovery message a asset,
 * `<prefix>/device/keepsite_<edge>_<asset>/config`, whose entities read the asset's state topic and go
 * away with the edge. Source: home-assistant.io/integrations/mqtt, "Device discovery payload".
 */
export function createHomeAssistant({ edge, registry, publish, prefix }: HomeAssistantParts): HomeAssistant {
  const waiting = new Map<string, readonly AssetPoint[]>();
  return {
    introduce(asset, points) {
      waiting.set(asset, points);
    },
    flush() {
      for (const [asset, points] of waiting) {
        waiting.delete(asset);
        const payload = deviceOf(edge, registry(), asset, points);
        if (!payload) continue;
        const topic = `${prefix}/device/${objectId(edge, asset)}/config`;
        publish(topic, JSON.stringify(payload), { retain: true }).catch(() => waiting.set(asset, points));
      }
    },
  };
}

function deviceOf(edge: string, { assets, zones, sites }: Registry, asset: string, points: readonly AssetPoint[]) {
  const found = assets.find(({ id }) => id === asset);
  const zone = zones.find(({ id }) => id === found?.zone);
  const site = sites.find(({ id }) => id === zone?.site);
  if (!found || !zone || !site) return undefined;
  const id = objectId(edge, asset);
  const entities = points.map((point) => [idOf(point.key), entityOf(id, point)] as const);
  return {
    device: {
      identifiers: [id],
      name: found.name.en,
      manufacturer: 'Keepsite',
      model: found.kind,
      suggested_area: zone.name.en,
    },
    origin: { name: 'Keepsite', sw_version: edge },
    state_topic: `keepsite/${site.id}/assets/${asset}`,
    availability: [
      {
        topic: `keepsite/${site.id}/bridge/state`,
        value_template: '{{ value_json.state }}',
      },
    ],
    components: { ...Object.fromEntries(entities), open_incidents: incidents(id) },
  };
}

function entityOf(id: string, { key, metric, part }: AssetPoint): Record<string, unknown> {
  const kind = metricKind(metric);
  const common = {
    unique_id: `${id}_${idOf(key)}`,
    name: `${metric.replaceAll('_', ' ')}${part === null ? '' : ` ${part}`}`,
    value_template: `{{ value_json[${JSON.stringify(key)}] }}`,
  };
  if (kind?.type === 'boolean') {
    const deviceClass = BINARY.get(metric);
    const template = `{{ 'None' if value_json[${JSON.stringify(key)}] is none else 'ON' if value_json[${JSON.stringify(key)}] else 'OFF' }}`;
    return {
      ...common,
      platform: 'binary_sensor',
      value_template: template,
      ...(deviceClass ? { device_class: deviceClass } : {}),
    };
  }
  if (kind?.type !== 'number') return { ...common, platform: 'sensor' };
  const unit = UNITS.get(kind.unit) ?? (kind.unit === '' ? undefined : kind.unit);
  const deviceClass = CLASSES.get(metric) ?? CLASS_OF_UNIT.get(kind.unit);
  return {
    ...common,
    platform: 'sensor',
    state_class: kind.counter ? 'total_increasing' : 'measurement',
    ...(unit ? { unit_of_measurement: unit } : {}),
    ...(deviceClass ? { device_class: deviceClass } : {}),
  };
}

function incidents(id: string): Record<string, unknown> {
  return {
    platform: 'binary_sensor',
    unique_id: `${id}_open_incidents`,
    name: 'incident',
    device_class: 'problem',
    value_template: "{{ 'ON' if value_json.open_incidents > 0 else 'OFF' }}",
  };
}

/** Home Assistant's own spelling, where it differs. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ['l', 'L'],
  ['kvarh', 'kvarh'],
]);
const CLASS_OF_UNIT: ReadonlyMap<string, string> = new Map([
  ['W', 'power'],
  ['kW', 'power'],
  ['var', 'reactive_power'],
  ['VA', 'apparent_power'],
  ['V', 'voltage'],
  ['A', 'current'],
  ['Hz', 'frequency'],
  ['kWh', 'energy'],
  ['kvarh', 'reactive_energy'],
  ['°C', 'temperature'],
  ['m', 'distance'],
  ['mm', 'distance'],
  ['m³/h', 'volume_flow_rate'],
  ['m³', 'water'],
  ['l', 'water'],
  ['m/s', 'speed'],
  ['kg', 'weight'],
  ['dBm', 'signal_strength'],
]);
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['power_factor', 'power_factor'],
  ['humidity_pct', 'humidity'],
  ['battery_pct', 'battery'],
]);
const BINARY: ReadonlyMap<string, string> = new Map([
  ['leak', 'moisture'],
  ['float_high', 'problem'],
  ['pump_running', 'running'],
  ['occupied', 'occupancy'],
  ['online', 'connectivity'],
]);

function objectId(edge: string, asset: string): string {
  return `keepsite_${idOf(edge)}_${idOf(asset)}`;
}

/** Discovery ids are of letters, digits, `_` and `-`; others are spelled by their code, so that two names stay two. */
function idOf(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/gu, (char) => `_${(char.codePointAt(0) ?? 0).toString(16)}_`);
}
