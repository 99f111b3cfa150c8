/** Where a message belongs in the convention. */
export interface Place {
  /** The device's topic, `homie/5/<device>`: the key of what is remembered about it. */
  readonly path: string;
  readonly device: string;
  /** The levels below the device. */
  readonly rest: readonly string[];
}

/** Attributes that only a device has, so that they tell where it stands under any root. */
const DEVICE_ATTRIBUTE = /^(.+)\/([^/$]+)\/\$(?:homie|state|nodes|online|implementation|extensions)$/;
const VERSION_5 = /^[^/]+\/5\/[^/]/;

/** How sure a topic is one of the convention's: its root `homie` is a default that the user may change. */
export function surenessOf(topic: string): number {
  if (topic.startsWith('homie/')) return 0.95;
  if (!topic.includes('$') || topic.startsWith('$')) return 0;
  if (/^[^/]+\/5\/[^/]+\/\$(?:state|description|log|alert)(?:\/|$)/.test(topic)) return 0.9;
  return DEVICE_ATTRIBUTE.test(topic) ? 0.6 : 0;
}

/** Reads a topic; `isKnown` tells a device's path, for roots of the user's own. */
export function placeOf(topic: string, isKnown: (path: string) => boolean): Place | undefined {
  const levels = topic.split('/');
  if (VERSION_5.test(topic) && !(levels[2] ?? '').startsWith('$')) return at(levels, 3);
  if (levels[0] === 'homie' && levels.length > 2) return at(levels, 2);
  const attribute = DEVICE_ATTRIBUTE.exec(topic);
  if (attribute) return at(levels, levels.length - 1);
  for (let below = 1; below <= 3; below += 1) {
    if (levels.length - below >= 2 && isKnown(levels.slice(0, -below).join('/')))
      return at(levels, levels.length - below);
  }
  return undefined;
}

function at(levels: readonly string[], depth: number): Place | undefined {
  const device = levels[depth - 1];
  if (device === undefined || device === '') return undefined;
  return { path: levels.slice(0, depth).join('/'), device, rest: levels.slice(depth) };
}
