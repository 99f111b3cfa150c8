import { describe, expect, test } from 'vitest';
import { SimulatorError } from '../errors.ts';
import { fakeEdge, type FakeEdge } from '../testing/edge.ts';
import { buildWorld } from '../world/world.ts';
import { Crews, type CrewMode } from './crews.ts';

const { registry } = buildWorld(1);
const START = Date.parse('2026-11-23T02:00:00.000Z');

const page = (incident: string, person: string) =>
  new TextEncoder().encode(JSON.stringify({ incident, page: 'p', person, text: 'x' }));

async function live(crews: Crews, edge: FakeEdge, seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s++) {
    edge.pass(1);
    await crews.act(edge.time);
  }
}

function crewsOf(
  edge: FakeEdge,
  mode: CrewMode = 'answer',
  restrained: (asset: string) => boolean = () => false,
): Crews {
  const crews = new Crews(registry, edge, 1, restrained);
  crews.mode = mode;
  return crews;
}

describe('crews', () => {
  test('a paged member acknowledges, arrives within seven minutes and resolves, in this order', async () => {
    const edge = fakeEdge(START);
    edge.raise('i-1', 'bj-lift-3', 'entrapment');
    const crews = crewsOf(edge);
    await crews.hear(page('i-1', 'chen-bo'));
    await crews.hear(page('i-1', 'li-na'));
    await live(crews, edge, 700);
    expect(edge.orders.map((order) => [order.verb, order.responder])).toEqual([
      ['acknowledge', 'chen-bo'],
      ['arrive', 'chen-bo'],
      ['resolve', 'chen-bo'],
    ]);
    expect(edge.list.get('i-1')?.clocks[0]?.verdict).toBe('met');
    expect(edge.orders.every(({ commandId }) => commandId.length >= 8 && commandId.length <= 100)).toBe(true);
  });

  test('arrives in time in every of a hundred incidents, and never when slow', async () => {
    const arrivals = async (mode: CrewMode) => {
      const edge = fakeEdge(START);
      const crews = crewsOf(edge, mode);
      for (let i = 0; i < 100; i++) {
        edge.raise(`i-${i}`, 'bj-lift-3', 'entrapment');
        await crews.hear(page(`i-${i}`, 'chen-bo'));
      }
      await live(crews, edge, 420);
      return edge.orders.filter((order) => order.verb === 'arrive').length;
    };
    expect(await arrivals('answer')).toBe(100);
    expect(await arrivals('slow')).toBe(0);
  });

  test.each(['silent', 'manual'] as const)('%s crews do nothing', async (mode) => {
    const edge = fakeEdge(START);
    edge.raise('i-1', 'bj-lift-3', 'entrapment');
    const crews = crewsOf(edge, mode);
    await crews.hear(page('i-1', 'chen-bo'));
    await live(crews, edge, 900);
    expect(edge.orders).toEqual([]);
  });

  test('who was silent and is told to answer takes up what was missed', async () => {
    const edge = fakeEdge(START);
    edge.raise('i-1', 'bj-lift-3', 'entrapment', ['chen-bo']);
    const crews = crewsOf(edge, 'silent');
    await crews.lookAround();
    await live(crews, edge, 100);
    crews.mode = 'answer';
    await live(crews, edge, 700);
    expect(edge.orders.map((order) => order.verb)).toEqual(['acknowledge', 'arrive', 'resolve']);
  });

  test('who is told to be silent drops what they meant to do', async () => {
    const edge = fakeEdge(START);
    edge.raise('i-1', 'bj-lift-3', 'entrapment');
    const crews = crewsOf(edge);
    await crews.hear(page('i-1', 'chen-bo'));
    await live(crews, edge, 5);
    crews.mode = 'silent';
    await live(crews, edge, 900);
    expect(edge.orders).toEqual([]);
  });

  test('leave an asset alone while they are restrained from it, and only that one', async () => {
    const edge = fakeEdge(START);
    let held = true;
    const crews = crewsOf(edge, 'answer', (asset) => held && asset === 'bj-lift-3');
    edge.raise('i-1', 'bj-lift-3', 'entrapment');
    edge.raise('i-2', 'bj-lift-4', 'entrapment');
    await crews.hear(page('i-1', 'chen-bo'));
    await crews.hear(page('i-2', 'chen-bo'));
    await live(crews, edge, 700);
    expect(new Set(edge.orders.map((order) => order.id))).toEqual(new Set(['i-2']));
    held = false;
    await live(crews, edge, 700);
    expect(edge.orders.filter((order) => order.id === 'i-1')).toHaveLength(3);
  });

  test('an order that did not arrive is given again under the same id, a refused one is not', async () => {
    const edge = fakeEdge(START);
    edge.raise('i-1', 'bj-lift-3', 'entrapment');
    const crews = crewsOf(edge);
    await crews.hear(page('i-1', 'chen-bo'));
    edge.refusal = new SimulatorError('SIM_UNREACHABLE', 'nobody answers');
    await live(crews, edge, 120);
    expect(edge.orders).toEqual([]);
    edge.refusal = null;
    await live(crews, edge, 1);
    expect(edge.orders.map((order) => order.verb)).toEqual(['acknowledge']);
    edge.refusal = new SimulatorError('SIM_REFUSED', 'already closed', { status: 409 });
    await live(crews, edge, 900);
    edge.refusal = null;
    await live(crews, edge, 900);
    expect(edge.orders.map((order) => order.verb)).toEqual(['acknowledge']);
  });

  test('pages of others, and words that are no page, move nobody', async () => {
    const edge = fakeEdge(START);
    edge.raise('i-1', 'bj-lift-3', 'entrapment');
    const crews = crewsOf(edge);
    await crews.hear(page('i-1', 'feng-jun'));
    await crews.hear(new TextEncoder().encode('{"incident":'));
    await crews.hear(new TextEncoder().encode('[]'));
    await live(crews, edge, 700);
    expect(edge.orders).toEqual([]);
  });

  test('the same seed gives the same delays', async () => {
    const times = async () => {
      const edge = fakeEdge(START);
      edge.raise('i-1', 'bj-lift-3', 'entrapment');
      const crews = crewsOf(edge);
      await crews.hear(page('i-1', 'chen-bo'));
      const seen: number[] = [];
      for (let s = 0; s < 700; s++) {
        edge.pass(1);
        if ((await crews.act(edge.time)) > 0) seen.push(s);
      }
      return seen;
    };
    expect(await times()).toEqual(await times());
  });
});
