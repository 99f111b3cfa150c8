/** The command classes that measure or switch something, by the number and the name that topics use. */
const CLASSES: readonly (readonly [number: number, name: string])[] = [
  [37, 'switch_binary'],
  [38, 'switch_multilevel'],
  [48, 'sensor_binary'],
  [49, 'sensor_multilevel'],
  [50, 'meter'],
  [98, 'door_lock'],
  [102, 'barrier_operator'],
  [113, 'notification'],
  [128, 'battery'],
];
/** Z-Wave JS names its classes in plain words, the gateway's older table in constants'. */
const BY_LEVEL: ReadonlyMap<string, string> = new Map([
  ...CLASSES.flatMap(([number, name]) => [[String(number), name] as const, [name, name] as const]),
  ['binary_switch', 'switch_binary'],
  ['multilevel_switch', 'switch_multilevel'],
  ['binary_sensor', 'sensor_binary'],
  ['multilevel_sensor', 'sensor_multilevel'],
  ['alarm', 'notification'],
  ['lock', 'door_lock'],
]);

/** A value's topic, taken apart. */
export interface ValuePlace {
  readonly device: string;
  /** The class's name; null for classes that measure nothing, such as configuration. */
  readonly commandClass: string | null;
  readonly endpoint: number;
  /** Property and property key, words in lower case joined by "_". */
  readonly property: string;
  readonly key: string | null;
  /** As the topic spells them. */
  readonly name: string;
}

const CLASS_NUMBER = /^(?:3[2-9]|[4-9]\d|1\d\d|2[0-4]\d|25[0-5])$/;
const ENDPOINT = /^\d{1,3}$/;
const NAMED_ENDPOINT = /^endpoint_(\d{1,3})$/;
const NUMBER = /^\d+$/;

/** Finds class, endpoint and property; node and location stand before them, in one or several levels. */
export function valuePlace(levels: readonly string[]): ValuePlace | undefined {
  let found: number | undefined;
  for (let i = 2; i + 2 < levels.length; i += 1) {
    if (!isClassAt(levels, i)) continue;
    // A location or a node may be a number too: the property, which seldom is one, tells.
    if (found === undefined || !NUMBER.test(levels[i + 2] ?? '')) found = i;
  }
  return found === undefined ? undefined : placeAt(levels, found);
}

function isClassAt(levels: readonly string[], i: number): boolean {
  const next = levels[i + 1] ?? '';
  return NAMED_ENDPOINT.test(next) || (ENDPOINT.test(next) && CLASS_NUMBER.test(levels[i] ?? ''));
}

function placeAt(levels: readonly string[], i: number): ValuePlace {
  const endpoint = levels[i + 1] ?? '';
  const [property = '', key] = levels.slice(i + 2);
  return {
    device: deviceOf(levels.slice(1, i)),
    commandClass: BY_LEVEL.get((levels[i] ?? '').toLowerCase()) ?? null,
    endpoint: Number(NAMED_ENDPOINT.exec(endpoint)?.[1] ?? endpoint),
    property: plain(property),
    key: key === undefined ? null : plain(key),
    name: levels.slice(i + 2).join('/'),
  };
}

/** A node's number is unique in its network; a name only within its location. */
export function deviceOf(levels: readonly string[]): string {
  const node = levels.at(-1) ?? '';
  return NUMBER.test(node) ? node : levels.join('/');
}

/** The gateway turns blanks into "_", slashes into "-" and leaves out other signs. */
function plain(level: string): string {
  return level.toLowerCase().replace(/[\s-]+/g, '_');
}
