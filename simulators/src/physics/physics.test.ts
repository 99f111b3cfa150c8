import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '../random.ts';
import { buildWorld } from '../world/world.ts';
import { elevatorOf } from './elevator.ts';
import { loadsOf, type Load } from './load.ts';
import { meterOf } from './meter.ts';
import { sumpOf } from './sump.ts';

const world = buildWorld(1);
const START = Date.parse('2026-11-23T00:30:00.000Z');
const [lift] = world.elevators;
const [sumpSpec] = world.sumps;
if (!lift || !sumpSpec) throw new Error('the world has no elevator and no sump');

describe('an elevator', () => {
  const fresh = (seed = 1) => elevatorOf({ ...lift, callsPerHour: 200 }, world.zone, seeded('e', seed), START);

  test('never moves with its doors open, never leaves its shaft, never outruns its rated speed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (seed) => {
        const car = fresh(seed);
        for (let s = 1; s <= 900; s++) {
          car.advance(START + s * 1000);
          const { door, speedMps, positionM } = car.state();
          if (door !== 'closed' && speedMps > 0) return false;
          if (positionM < 0 || positionM > (lift.topFloor - 1) * 3.6 + 0.01 || speedMps > lift.ratedSpeedMps + 1e-9)
            return false;
        }
        return true;
      }),
      { numRuns: 20 },
    );
  });

  test('works: in a busy hour it makes trips and its doors move', () => {
    const car = fresh();
    const before = car.state();
    car.advance(START + 600_000);
    expect(car.state().trips).toBeGreaterThan(before.trips + 3);
    expect(car.state().doorCycles).toBeGreaterThan(before.doorCycles + 3);
  });

  test('lives the same life whatever the steps it is asked at', () => {
    const [coarse, fine] = [fresh(), fresh()];
    coarse.advance(START + 500_000);
    for (let ms = 0; ms <= 500_000; ms += 370) fine.advance(START + ms);
    fine.advance(START + 500_000);
    expect(fine.state()).toEqual(coarse.state());
  });

  test('a trapped car stands between floors, shut and occupied, until it is released', () => {
    const car = fresh();
    car.advance(START + 100_000);
    car.trap();
    car.advance(START + 700_000);
    const stuck = car.state();
    expect(stuck).toMatchObject({ door: 'closed', speedMps: 0, trapped: true });
    expect(stuck.people).toBeGreaterThan(0);
    expect(stuck.positionM % 3.6).toBeGreaterThan(1);
    car.release();
    expect(car.state()).toMatchObject({ door: 'opening', people: 0, trapped: false });
    expect(car.state().positionM / 3.6).toBeCloseTo(Math.round(car.state().positionM / 3.6), 6);
  });
});

describe('a sump', () => {
  const fresh = () => sumpOf(sumpSpec, seeded('s', 1), START);
  const after = (minutes: number, prepare: (sump: ReturnType<typeof fresh>) => void) => {
    const sump = fresh();
    prepare(sump);
    sump.advance(START + minutes * 60_000);
    return sump.state();
  };

  test('keeps its level between start and stop while the pump works', () => {
    const sump = fresh();
    const before = sump.state().starts;
    for (let m = 1; m <= 600; m++) {
      sump.advance(START + m * 60_000);
      expect(sump.state().levelM).toBeLessThan(sumpSpec.startM + 0.02);
    }
    expect(sump.state().starts).toBeGreaterThan(before);
  });

  test('a blocked pump in a cloudburst lets it pass the critical level within minutes, drawing a third of its power', () => {
    const state = after(10, (sump) => {
      sump.pump(false);
      sump.rain(80);
    });
    expect(state).toMatchObject({ pumpRunning: true, floatHigh: true });
    expect(state.pumpW).toBeLessThan(sumpSpec.pumpKw * 400);
  });

  test('a working pump wins time in the same cloudburst', () => {
    expect(after(10, (sump) => sump.rain(80)).floatHigh).toBe(false);
  });

  test('a working pump holds against ordinary rain', () => {
    expect(after(60, (sump) => sump.rain(20)).floatHigh).toBe(false);
  });
});

describe('loads and meters', () => {
  const loads = loadsOf(world.meters, world.zone, world.seed);
  const load = (asset: string) => loads.get(asset) as Load;
  const wednesday = (hour: number) => Date.parse('2026-11-18T00:00:00+08:00') + hour * 3_600_000;

  test('the counter is the integral of the power: an hour’s kWh is its mean kW', () => {
    for (const meter of world.meters) {
      for (const hour of [3, 8, 14]) {
        const from = wednesday(hour);
        const mean =
          Array.from({ length: 60 }, (_, m) => load(meter.asset).kwAt(from + (m + 0.5) * 60_000)).reduce(
            (a, b) => a + b,
          ) / 60;
        const kwh = load(meter.asset).kwhAt(from + 3_600_000) - load(meter.asset).kwhAt(from);
        expect(Math.abs(kwh - mean), meter.asset).toBeLessThan(0.01 * (mean + meter.peakKw));
      }
    }
  });

  test('a counter never falls', () => {
    const instant = fc.integer({ min: Date.parse('2025-06-01'), max: Date.parse('2027-01-01') });
    fc.assert(
      fc.property(
        instant,
        instant,
        (a, b) => load('bj-main').kwhAt(Math.min(a, b)) <= load('bj-main').kwhAt(Math.max(a, b)),
      ),
    );
  });

  test('offices work by day and on weekdays, a data hall always', () => {
    const sunday = Date.parse('2026-11-22T11:00:00+08:00');
    expect(load('bj-b-meter').kwAt(wednesday(11))).toBeGreaterThan(2.5 * load('bj-b-meter').kwAt(wednesday(3)));
    expect(load('bj-b-meter').kwAt(wednesday(11))).toBeGreaterThan(1.8 * load('bj-b-meter').kwAt(sunday));
    expect(load('dc-it-1').kwAt(wednesday(3)) / load('dc-it-1').kwAt(wednesday(11))).toBeGreaterThan(0.85);
  });

  test('an incoming supply carries at least the sum of the meters behind it', () => {
    const parts = world.meters.filter((meter) => meter.site === 'binjiang-park' && meter.kind !== 'sum');
    const sum = parts.reduce((total, meter) => total + load(meter.asset).kwAt(wednesday(10)), 0);
    expect(load('bj-main').kwAt(wednesday(10))).toBeGreaterThan(sum);
    expect(load('bj-main').kwAt(wednesday(10))).toBeLessThan(sum * 1.2);
  });

  test('what a story adds shows in power at once and in the counter over time', () => {
    const meter = meterOf(load('bj-b-meter'), wednesday(2));
    meter.add(100);
    meter.advance(wednesday(4));
    const { totalW, energyKwh } = meter.state();
    expect(totalW / 1000 - load('bj-b-meter').kwAt(wednesday(4))).toBeCloseTo(100, 6);
    expect(energyKwh - load('bj-b-meter').kwhAt(wednesday(4))).toBeCloseTo(200, 6);
  });
});
