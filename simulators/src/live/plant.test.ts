import { describe, expect, test } from 'vitest';
import type { OutMessage } from '../devices/message.ts';
import { buildWorld } from '../world/world.ts';
import { Plant } from './plant.ts';

const START = Date.parse('2026-11-23T02:00:00.000Z');
const world = buildWorld(1);

function lived(plant: Plant, from: number, seconds: number, scale = 1): OutMessage[] {
  const said: OutMessage[] = [];
  for (let s = 0; s < seconds; s++) said.push(...plant.advance(START + (from + s) * 1000, scale));
  return said;
}

describe('the plant', () => {
  test('the same seed says the same, to the byte; another seed something else', () => {
    const said = (seed: number) => {
      const plant = new Plant(buildWorld(seed), START);
      const first = lived(plant, 0, 40);
      plant.act('bj-lift-3', { kind: 'trap' });
      return JSON.stringify([...first, ...lived(plant, 40, 40)]);
    };
    expect(said(3)).toBe(said(3));
    expect(said(3)).not.toBe(said(4));
  });

  test('is modest: less than 50 messages a second, at real time and at twenty times', () => {
    expect(lived(new Plant(world, START), 0, 300).length / 300).toBeLessThan(50);
    const plant = new Plant(world, START);
    let said = 0;
    for (let s = 0; s < 60; s++) said += plant.advance(START + s * 20_000, 20).length;
    expect(said / 60).toBeLessThan(50);
  });

  test('however fast time runs, nobody is silent for longer than is normal for them', () => {
    const plant = new Plant(world, START);
    const heard = new Map<string, number>();
    const longest = new Map<string, number>();
    const normal = new Map(world.registry.devices.map(({ id, expectEverySeconds = 0 }) => [id, expectEverySeconds]));
    for (let at = START; at < START + 3_600_000; at += 60 * 500) {
      for (const { topic } of plant.advance(at, 60)) {
        const device = topic.split('/').find((level) => normal.has(level));
        if (device === undefined) continue;
        longest.set(device, Math.max(longest.get(device) ?? 0, at - (heard.get(device) ?? START)));
        heard.set(device, at);
      }
    }
    expect(longest.size).toBeGreaterThan(60);
    for (const [device, silence] of longest) expect(silence / 1000, device).toBeLessThan(normal.get(device) as number);
  });

  test('every device says hello, and speaks within its expected silence', () => {
    const plant = new Plant(world, START);
    expect(plant.hello().every((message) => message.retain)).toBe(true);
    const topics = new Set(lived(plant, 0, 120).map((message) => message.topic));
    for (const device of world.registry.devices.filter(
      (each) => each.family !== 'houqi' && each.family !== 'qiantang-scada',
    )) {
      expect(
        [...topics].some((topic) => topic.includes(device.id)),
        device.id,
      ).toBe(true);
    }
  });

  test('a trapped passenger is a Houqi begin and a controller that shows a shut, occupied, still car; the release is the end', () => {
    const plant = new Plant(world, START);
    lived(plant, 0, 10);
    expect(plant.act('bj-lift-3', { kind: 'trap' })).toBe(true);
    const [begin, ...rest] = lived(plant, 10, 5);
    expect(JSON.parse(begin?.payload ?? '')).toMatchObject({
      elevatorNo: 'EL-BJ-0003',
      ErrorListBean: [{ faultType: 1, faultEndTime: '' }],
    });
    const controller = rest.findLast((message) => message.topic.includes('bj-lift-3-controller'));
    expect(controller?.payload).toContain('{"metric":"door","value":"closed"},{"metric":"occupied","value":true}');
    plant.act('bj-lift-3', { kind: 'release' });
    const [end] = lived(plant, 20, 1);
    const [entry] = JSON.parse(end?.payload ?? '').ErrorListBean;
    expect(entry.faultEndTime).not.toBe('');
    expect(entry.faultBeginTime).toBe(JSON.parse(begin?.payload ?? '').ErrorListBean[0].faultBeginTime);
  });

  test('a trapped elevator cannot be trapped again, a free one not released', () => {
    const plant = new Plant(world, START);
    expect(plant.act('bj-lift-3', { kind: 'release' })).toBe(false);
    expect(plant.act('bj-lift-3', { kind: 'trap' })).toBe(true);
    expect(plant.act('bj-lift-3', { kind: 'trap' })).toBe(false);
  });

  test('a muted device is silent without a farewell, and speaks again', () => {
    const plant = new Plant(world, START);
    plant.act('dc-floor-1', { kind: 'mute', muted: true });
    const about = (messages: OutMessage[]) =>
      messages.filter((message) => message.topic.includes('dc-floor-1-rope')).length;
    expect(about(lived(plant, 0, 300))).toBe(0);
    plant.act('dc-floor-1', { kind: 'mute', muted: false });
    expect(about(lived(plant, 300, 30))).toBeGreaterThan(1);
  });

  test('a water sensor that gets wet wakes up at once', () => {
    const plant = new Plant(world, START);
    lived(plant, 0, 100);
    plant.act('dc-floor-4', { kind: 'wet', isWet: true });
    const wet = lived(plant, 100, 3).filter((message) => message.payload.includes('"leakage_status":"leak"'));
    expect(wet).toHaveLength(1);
  });

  test('what an asset cannot have done is refused', () => {
    const plant = new Plant(world, START);
    expect(plant.act('bj-sump-1', { kind: 'trap' })).toBe(false);
    expect(plant.act('bj-lift-3', { kind: 'rain', mmPerHour: 10 })).toBe(false);
    expect(plant.act('nowhere', { kind: 'mute', muted: true })).toBe(false);
  });
});
