import { objectOf, type JsonObject } from '../json.ts';
import { wordsOf } from '../names.ts';
import { meaningOf, spelled, textOf, type Entity, type Meaning } from './meaning.ts';
import { readTemplate, WHOLE, type Pick } from './template.ts';

/** What a state topic says of a device, as a discovery message announced it. Plain JSON. */
export interface Announced {
  /** The discovery topic, with the component's key in a device's message. */
  readonly source: string;
  readonly device: string;
  readonly topic: string;
  readonly pick: Pick;
  /** Null: a state that is none of ours, known so that it is not taken for a stranger. */
  readonly means: Meaning | null;
}

interface Discovered {
  readonly device: string;
  readonly name: string | null;
  readonly maker: string | null;
  readonly model: string | null;
  readonly announced: readonly Announced[];
  /** Why entities that measure something of ours cannot be read. */
  readonly complaints: readonly string[];
}

/** The short keys of discovery messages. */
const LONG: ReadonlyMap<string, string> = new Map([
  ['stat_t', 'state_topic'],
  ['unit_of_meas', 'unit_of_measurement'],
  ['dev_cla', 'device_class'],
  ['val_tpl', 'value_template'],
  ['dev', 'device'],
  ['avty', 'availability'],
  ['avty_t', 'availability_topic'],
  ['avty_tpl', 'availability_template'],
  ['avty_mode', 'availability_mode'],
  ['pl_avail', 'payload_available'],
  ['pl_not_avail', 'payload_not_available'],
  ['pl_on', 'payload_on'],
  ['pl_off', 'payload_off'],
  ['uniq_id', 'unique_id'],
  ['obj_id', 'object_id'],
  ['ids', 'identifiers'],
  ['cns', 'connections'],
  ['mf', 'manufacturer'],
  ['mdl', 'model'],
  ['cmps', 'components'],
  ['p', 'platform'],
  ['t', 'topic'],
]);
const MAX_ENTITIES = 200;

/** Reads one discovery message; `topic` is its own. */
export function readConfig(topic: string, config: JsonObject): Discovered {
  const levels = topic.split('/').slice(0, -1);
  const shared = expanded(config, undefined);
  const about = expanded(objectOf(shared['device']) ?? {}, undefined);
  const device = identityOf(about) ?? textOf(levels.at(hasNode(levels) ? -2 : -1)) ?? topic;
  const entities = entitiesOf(topic, shared, levels, textOf(about['name']));
  const announced: Announced[] = [];
  const complaints: string[] = [];
  for (const entity of entities.slice(0, MAX_ENTITIES)) readEntity(entity, device, announced, complaints);
  return {
    device,
    name: textOf(about['name']) ?? null,
    maker: textOf(about['manufacturer']) ?? null,
    model: textOf(about['model']) ?? null,
    announced,
    complaints,
  };
}

/** Long keys, and topics with their base in place of `~`. */
function expanded(fields: JsonObject, inherited: unknown): JsonObject {
  const base = fields['~'] ?? inherited;
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => {
      const name = LONG.get(key) ?? key;
      return [name, name.endsWith('topic') ? withBase(value, base) : value];
    }),
  );
}

function withBase(topic: unknown, base: unknown): unknown {
  if (typeof topic !== 'string' || typeof base !== 'string') return topic;
  if (topic.startsWith('~')) return base + topic.slice(1);
  return topic.endsWith('~') ? topic.slice(0, -1) + base : topic;
}

/** The device's first identifier, else its first connection such as a MAC address. */
function identityOf(about: JsonObject): string | undefined {
  const ids = about['identifiers'];
  const first: unknown = Array.isArray(ids) ? ids[0] : ids;
  const connection: unknown = Array.isArray(about['connections']) ? about['connections'][0] : undefined;
  const address: unknown = Array.isArray(connection) ? connection[1] : undefined;
  return textOf(typeof first === 'number' ? String(first) : first) ?? textOf(address);
}

function entitiesOf(
  topic: string,
  shared: JsonObject,
  levels: readonly string[],
  deviceName: string | undefined,
): Entity[] {
  const base = shared['~'];
  const components = objectOf(shared['components']);
  if (!components) return [entityOf(topic, levels.at(-1) ?? '', componentOf(levels), shared, base, deviceName)];
  const { components: _, device: __, ...common } = shared;
  return Object.entries(components).flatMap(([key, value]) => {
    const own = objectOf(value);
    const fields = own && { ...common, ...expanded(own, base) };
    const platform = textOf(fields?.['platform']);
    return fields && platform !== undefined
      ? [entityOf(`${topic}#${key}`, key, platform, fields, fields['~'] ?? base, deviceName)]
      : [];
  });
}

/** `<prefix>/<component>/[<node>/]<object>`: a node is a device that does not introduce itself. */
function componentOf(levels: readonly string[]): string {
  return levels.at(hasNode(levels) ? -3 : -2) ?? '';
}

function hasNode(levels: readonly string[]): boolean {
  return levels.length > 3 && MEASURING.has(levels.at(-3) ?? '');
}

const MEASURING = new Set(['sensor', 'binary_sensor']);

function entityOf(
  source: string,
  key: string,
  component: string,
  fields: JsonObject,
  base: unknown,
  deviceName: string | undefined,
): Entity {
  const id = textOf(fields['object_id']) ?? key;
  const ofDevice = new Set(wordsOf(deviceName ?? ''));
  const named = wordsOf(textOf(fields['name']) ?? '');
  const own = named.filter((word) => !ofDevice.has(word));
  return { source, component, fields, base, id, words: own.length > 0 ? own : named.length > 0 ? named : wordsOf(id) };
}

// ------------------------------------------------------------------------------------ meanings

function readEntity(entity: Entity, device: string, announced: Announced[], complaints: string[]): void {
  const { source, fields } = entity;
  const topic = textOf(fields['state_topic']);
  if (topic !== undefined) {
    const means = meaningOf(entity);
    const template = fields['value_template'];
    const pick = readTemplate(typeof template === 'string' ? template : undefined);
    if (means && !pick)
      complaints.push(
        `${entity.id}: the template ${JSON.stringify(template).slice(0, 80)} is more than this dialect reads`,
      );
    announced.push({ source, device, topic, pick: pick ?? WHOLE, means: pick ? means : null });
  }
  announced.push(...availabilitiesOf(entity, device));
}

// -------------------------------------------------------------------------------- availability

function availabilitiesOf({ source, fields, base }: Entity, device: string): Announced[] {
  const list: unknown = fields['availability'];
  const entries = (Array.isArray(list) ? list : [list]).map(objectOf).filter((entry) => entry !== undefined);
  const told = entries.map((entry) => expanded(entry, base));
  const single = fields['availability_topic'];
  const { payload_available, payload_not_available } = fields;
  if (told.length === 0 && single !== undefined) {
    told.push({
      topic: single,
      value_template: fields['availability_template'],
      payload_available,
      payload_not_available,
    });
  }
  const mode =
    fields['availability_mode'] === 'all' || fields['availability_mode'] === 'any'
      ? fields['availability_mode']
      : 'latest';
  const topics = told.map((entry) => textOf(entry['topic'])).filter((topic) => topic !== undefined);
  return told.flatMap((entry) => {
    const topic = textOf(entry['topic']);
    const template = entry['value_template'];
    const pick = readTemplate(typeof template === 'string' ? template : undefined);
    if (topic === undefined) return [];
    const on = spelled(entry['payload_available'] ?? 'online');
    const off = spelled(entry['payload_not_available'] ?? 'offline');
    const means: Meaning | null = pick
      ? { kind: 'availability', on, off, mode, others: topics.filter((other) => other !== topic) }
      : null;
    return [{ source, device, topic, pick: pick ?? WHOLE, means }];
  });
}
