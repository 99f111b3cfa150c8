import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';
import { encodePayload, type MetricOut, type TypeName } from './encode.ts';

interface Node {
  readonly group: string;
  readonly name: string;
  readonly bdSeq: number;
  readonly at: number;
}

/** A node with a meter is born, sends by alias and by name, is reborn under other aliases, and dies. */
export function sparkplugSamples(random: Random): Sample[] {
  const node: Node = {
    group: random.pick(['Office Park', 'dc-1', '机房']),
    name: `gw ${random.int(1, 999_999)}`,
    bdSeq: random.int(0, 255),
    at: Date.UTC(2026, random.int(0, 11), random.int(1, 28), random.int(0, 23)) + random.int(0, 999),
  };
  const reborn = { ...node, at: node.at + 60_000, bdSeq: (node.bdSeq + 1) % 256 };
  return [
    {
      topic: 'spBv1.0/STATE/host',
      payload: JSON.stringify({ online: random.chance(0.5), timestamp: node.at }),
      says: [],
    },
    unborn(node, random),
    ...life(node, random),
    ...life(reborn, random),
    death(reborn, node.bdSeq, []),
    death(reborn, reborn.bdSeq, ['', '/meter']),
    silent(reborn),
  ];
}

const NOT_SAID = { kind: 'rejected' } as const;

function topic({ group, name }: Node, type: string, device = ''): string {
  return `spBv1.0/${group}/${type}/${name}${device}`;
}

function line(node: Node, device: string, metric: string, value: number | boolean | string | null): SampleLine {
  const at = new Date(node.at).toISOString();
  return {
    kind: 'reading',
    device: `${node.group}/${node.name}${device}`,
    metric,
    part: null,
    value,
    at,
    quality: value === null ? 'unknown' : 'good',
    historical: false,
  };
}

/** An alias means nothing before a birth. */
function unborn(node: Node, random: Random): Sample {
  const metrics = [{ alias: random.int(100, 999), type: 'Double', typeless: true, value: 1 } as const];
  const payload = encodePayload({ timestamp: node.at, metrics, seq: random.int(0, 255) });
  return { topic: topic(node, 'DDATA', '/meter'), payload, says: [NOT_SAID] };
}

/** The range of a type's values, those at its ends included. */
const RANGES: readonly (readonly [type: TypeName, low: number, high: number])[] = [
  ['Int8', -128, 127],
  ['Int16', -32_768, 32_767],
  ['Int32', -(2 ** 31), 2 ** 31 - 1],
  ['Int64', -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ['UInt8', 0, 255],
  ['UInt16', 0, 65_535],
  ['UInt32', 0, 2 ** 32 - 1],
  ['UInt64', 0, Number.MAX_SAFE_INTEGER],
];

function life(node: Node, random: Random): Sample[] {
  const { at, bdSeq } = node;
  const first = random.int(1, 2 ** 31);
  const points = RANGES.map(([type, low, high], index) => ({
    type,
    low,
    high,
    name: `raw/${type}`,
    alias: first + index,
  }));
  const draw = ({ low, high }: { low: number; high: number }) =>
    random.pick([low, high, Math.floor(random.between(low, high)), Math.floor(random.between(low, high))]);
  const atBirth = points.map((point) => ({ ...point, value: draw(point) }));
  const later = points.filter(() => random.chance(0.6)).map((point) => ({ ...point, value: draw(point) }));
  const powerAlias = first + 100;
  const kilowatts = random.int(1, 4_000) / 4;
  const phase = random.int(200, 250) + 0.5;
  const leak = random.chance(0.5);
  const rpm = random.int(0, 3_000);
  const old = { ...node, at: at - random.int(1, 1_000_000) };
  const meter = '/meter';

  const birth: Sample = {
    topic: topic(node, 'NBIRTH'),
    payload: encodePayload({
      timestamp: at,
      seq: 0,
      metrics: [
        { name: 'bdSeq', type: 'Int64', value: bdSeq },
        { name: 'Node Control/Rebirth', type: 'Boolean', value: false },
        { name: 'Properties/OS', type: 'String', value: 'Linux' },
        { name: 'Started', type: 'DateTime', value: at },
      ],
    }),
    says: [{ kind: 'availability', device: `${node.group}/${node.name}`, online: true }],
  };
  const deviceBirth: Sample = {
    topic: topic(node, 'DBIRTH', meter),
    payload: encodePayload({
      timestamp: at,
      seq: 1,
      metrics: [
        ...atBirth,
        { name: 'Power/Active_Power_W', alias: powerAlias, type: 'Double', unit: 'kW', value: kilowatts },
        { name: 'voltage_v/b', alias: powerAlias + 1, type: 'Float', unit: 'V', value: phase },
        { name: 'Cellar/leak', alias: powerAlias + 2, type: 'Boolean', quality: 192, value: leak },
        { name: 'Pump', alias: powerAlias + 3, type: 'Template', value: [{ name: 'rpm', type: 'Int32', value: rpm }] },
        { name: 'Note', alias: powerAlias + 4, type: 'String', value: '巡检' },
      ],
    }),
    says: [
      { kind: 'availability', device: `${node.group}/${node.name}${meter}`, online: true },
      ...atBirth.map(({ name, value }) => line(node, meter, name, value)),
      line(node, meter, 'active_power_w', kilowatts * 1_000),
      { ...line(node, meter, 'voltage_v', phase), part: 'b' },
      line(node, meter, 'leak', leak),
      line(node, meter, 'Pump/rpm', rpm),
    ],
  };
  const bad = { ...line(node, meter, 'leak', !leak), quality: 'bad' } as const;
  const history = { ...line(old, meter, 'active_power_w', kilowatts * 2_000), historical: true };
  const metrics: MetricOut[] = [
    ...later.map(({ alias, type, value }) => ({ alias, type, typeless: true, value })),
    { alias: powerAlias, type: 'Double', typeless: true, timestamp: old.at, historical: true, value: kilowatts * 2 },
    { alias: powerAlias + 1, type: 'Float', typeless: true, value: null },
    { alias: powerAlias + 2, type: 'Boolean', typeless: true, quality: 0, value: !leak },
  ];
  const data: Sample = {
    topic: topic(node, 'DDATA', meter),
    payload: encodePayload({ timestamp: at, seq: 2, metrics }),
    says: [
      ...later.map(({ name, value }) => line(node, meter, name, value)),
      history,
      { ...line(node, meter, 'voltage_v', null), part: 'b' },
      bad,
    ],
  };
  const load = random.int(0, 100);
  const named: Sample = {
    topic: topic(node, 'NDATA'),
    payload: encodePayload({ timestamp: at, seq: 3, metrics: [{ name: 'Load', type: 'UInt8', value: load }] }),
    // The birth did not tell of it, but its name does.
    says: [line(node, '', 'Load', load)],
  };
  return [birth, deviceBirth, data, named];
}

/** A will: it counts only for the birth with its number. */
function death(node: Node, bdSeq: number, gone: readonly string[]): Sample {
  const metrics = [{ name: 'bdSeq', type: 'Int64', value: bdSeq } as const];
  const payload = encodePayload({ timestamp: node.at, metrics });
  const says = gone.map((device) => ({
    kind: 'availability' as const,
    device: `${node.group}/${node.name}${device}`,
    online: false,
  }));
  return { topic: topic(node, 'NDEATH'), payload, says };
}

/** Orders are none of a reader's business. */
function silent(node: Node): Sample {
  const metrics = [{ name: 'Node Control/Rebirth', type: 'Boolean', value: true } as const];
  return { topic: topic(node, 'NCMD'), payload: encodePayload({ timestamp: node.at, metrics }), says: [] };
}
