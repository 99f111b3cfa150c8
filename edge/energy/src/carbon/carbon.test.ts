import { expect, test } from 'vitest';
import { CarbonFactor, CHINA_AVERAGE, emissionsOf } from './carbon.ts';

const HOUR = 3_600_000;
const hour = (text: string, kwh: number | null) => ({ from: Date.parse(text), to: Date.parse(text) + HOUR, kwh });

test('each local year has its own factor, with its document', () => {
  // In Shanghai the first hour is of 2021 and the second of 2022.
  const used = [hour('2021-12-31T15:00Z', 1000), hour('2021-12-31T16:00Z', 2000)];
  const result = emissionsOf(used, CHINA_AVERAGE, 'Asia/Shanghai');
  expect(result).toMatchObject({
    ok: true,
    emissions: {
      kgCo2: expect.closeTo(556.8 + 1073.2, 9),
      lines: [
        {
          year: 2021,
          kgCo2: expect.closeTo(556.8, 9),
          provisional: false,
          factor: { document: expect.stringContaining('12号') },
        },
        { year: 2022, kgCo2: expect.closeTo(1073.2, 9), provisional: false },
      ],
    },
  });
});

test('a year whose factor is not out uses the newest one and says so', () => {
  const result = emissionsOf([hour('2026-03-02T00:00Z', 100)], CHINA_AVERAGE, 'Asia/Shanghai');
  expect(result).toMatchObject({
    ok: true,
    emissions: { lines: [{ year: 2026, provisional: true, factor: { year: 2023 } }] },
  });
});

test('a year before all factors has none', () => {
  expect(emissionsOf([hour('2019-03-02T00:00Z', 100)], CHINA_AVERAGE, 'UTC')).toMatchObject({ ok: false });
});

test('factors of different scopes or regions cannot be mixed', () => {
  const mixed = [...CHINA_AVERAGE, { ...(CHINA_AVERAGE[0] as CarbonFactor), scope: 'fossil' as const, year: 2024 }];
  expect(emissionsOf([hour('2024-03-02T00:00Z', 100)], mixed, 'UTC')).toMatchObject({ ok: false });
});

test('unknown energy emits nothing and avoids nothing', () => {
  const result = emissionsOf([hour('2023-03-02T00:00Z', null)], CHINA_AVERAGE, 'UTC');
  expect(result).toEqual({ ok: true, emissions: { kgCo2: 0, lines: [] } });
});

test('the published factors have the form of a factor', () => {
  for (const factor of CHINA_AVERAGE) expect(CarbonFactor.parse(factor)).toEqual(factor);
});
