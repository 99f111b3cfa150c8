import type { DeviceDialect } from './dialect.ts';

/** Nobody can be surer: the rest need not be asked. */
const CERTAIN = 1;
/** From here on it is the topic that speaks, and a topic does not change its owner. */
const BY_TOPIC = 0.9;
const TOPICS_KEPT = 20_000;

/** Finds the surest dialect; undefined when none recognises the message. At equal sureness the earlier one. */
export type Recogniser = (topic: string, payload: Uint8Array) => DeviceDialect | undefined;

/**
 * Asks every dialect once for each topic; where a topic's layout told whose it is, only that dialect is
 * asked again, and all of them as soon as it is less sure. Messages that are told apart by their payload
 * are asked of all, and mappings, which may look at the payload, are asked always.
 */
export function createRecogniser(mappings: readonly DeviceDialect[], dialects: readonly DeviceDialect[]): Recogniser {
  const owners = new Map<string, DeviceDialect>();

  function builtIn(topic: string, payload: Uint8Array): Found {
    const owner = owners.get(topic);
    const sureness = owner ? surenessOf(owner, topic, payload) : 0;
    if (sureness >= BY_TOPIC) return [owner, sureness];
    const found = surest(dialects, topic, payload);
    if (found[0] && found[1] >= BY_TOPIC) {
      if (owners.size >= TOPICS_KEPT) owners.clear();
      owners.set(topic, found[0]);
    }
    return found;
  }

  return (topic, payload) => {
    const [mapping, sure] = surest(mappings, topic, payload);
    if (sure >= CERTAIN) return mapping;
    const [dialect, surer] = builtIn(topic, payload);
    return surer > sure ? dialect : mapping;
  };
}

type Found = readonly [dialect: DeviceDialect | undefined, sureness: number];

function surest(
  dialects: readonly DeviceDialect[],
  topic: string,
  payload: Uint8Array,
): Found {
  let best: DeviceDialect | undefined;
  let sureness = 0;
  for (const dialect of dialects) {
    const sure = surenessOf(dialect, topic, payload);
    if (sure > sureness) [best, sureness] = [dialect, sure];
    if (sureness >= CERTAIN) break;
  }
  return [best, sureness];
}

/** A dialect that throws while looking does not know the message. */
function surenessOf(dialect: DeviceDialect, topic: string, payload: Uint8Array): number {
  try {
    return dialect.recognises(topic, payload);
  } catch {
    return 0;
  }
}
