import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { anInstant, decimal, FAILED, sayingOf } from '../saying.ts';

/** The values, tags and ECP formats, and the report of drivers' states. Source: docs.emqx.com, Neuron, MQTT. */
export function neuronSamples(random: Random): Sample[] {
  const node = `plc-${random.int(1, 9_999)}`;
  const group = random.pick(['fast', 'slow']);
  const timestamp = anInstant(random) + random.int(0, 999);
  const say = sayingOf(node, timestamp);
  const [turns, level, on] = [random.int(-500, 500), decimal(random, 0, 20, 3), random.chance(0.5)];
  const watts = random.int(1, 9_999);
  const told = [say('turns', turns), say('probe_raw', level), say('valve', on), say('active_power_w', watts)];
  const values = { turns, probe_raw: level, valve: on, text: 'running', main_power_kw: watts / 1000 };
  const tags = Object.entries(values).map(([name, value]) => ({ name, value }));
  const failed = { name: 'lost', error: random.int(2_000, 3_010) };
  return [
    {
      topic: `/neuron/${node}`,
      payload: JSON.stringify({ timestamp, node, group, values, errors: { lost: failed.error }, metas: {} }),
      says: [...told, say('lost', null, null, FAILED)],
    },
    {
      topic: `site/${random.int(1, 99)}/upload`,
      payload: JSON.stringify({ node, group, tags: [failed, ...tags], timestamp }),
      says: [say('lost', null, null, FAILED), ...told],
    },
    {
      topic: `/neuron/${node}/ecp`,
      payload: JSON.stringify({ timestamp, node, group, tags: tags.map((tag) => ({ ...tag, type: 3 })) }),
      says: told,
    },
    {
      topic: `/neuron/${random.int(100, 999)}/state/update`,
      payload: JSON.stringify({ timestamp, states: [{ node, link: on ? 1 : 0, running: 3 }] }),
      says: [{ kind: 'availability', device: node, online: on }],
    },
  ];
}
