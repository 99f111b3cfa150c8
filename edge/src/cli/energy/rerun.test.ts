import { reckonReport, ReportInputs, sealReport, hoursOf } from '@keepsite/edge-energy';
import { hashOfJson } from '@keepsite/edge-evidence';
import { expect, test } from 'vitest';
import { reportInputs } from '../../../energy/src/testing/report-inputs.ts';
import { runEnergyCommand } from '../../testing/energy-command.ts';
import { waitLonger } from '../../testing/patience.ts';

waitLonger();

const energy = (words: string, file: string) => runEnergyCommand(words, () => file);

/** As the cloud hands it out. */
function exported(inputs = ReportInputs.parse(reportInputs())) {
  const seal = { inputsHash: hashOfJson(inputs), software: 'keepsite 0' };
  const report = sealReport(reckonReport(inputs), inputs, seal);
  return { format: 'keepsite-energy-export/1', hash: hashOfJson(report), inputs, report };
}

test('a report reckoned again from its export has every digit', () => {
  const { code, out } = energy('rerun --from r.json', JSON.stringify(exported()));
  expect([code, out]).toEqual([0, expect.stringMatching(/^every digit is the same; report [0-9a-f]{64}$/)]);
});

test('a digit that was changed is named, with exit code 1', () => {
  const kept = JSON.parse(JSON.stringify(exported()));
  kept.report.months[1].actual += 1e-9;
  const { code, out } = energy('rerun --from r.json', JSON.stringify(kept));
  expect(code).toBe(1);
  expect(out).toMatch(/^months\.1\.actual: [\d.]+ in the report, [\d.]+ now/);
});

test('an input that was changed shows in the hash of the inputs and in the figures', () => {
  const kept = JSON.parse(JSON.stringify(exported()));
  kept.inputs.reporting.meters[0].kwh[3000] += 100;
  const { code, out } = energy('rerun --from r.json --json', JSON.stringify(kept));
  const paths = JSON.parse(out).differences.map(({ path }: { path: string }) => path);
  expect(code).toBe(1);
  expect(paths).toEqual(expect.arrayContaining(['evidence.inputsHash', 'headline.figures.actual', 'hash']));
});

test('what is no export is bad input', () => {
  expect(energy('rerun --from r.json', '{').code).toBe(2);
  expect(energy('rerun --from r.json', '{}')).toMatchObject({ code: 2, err: expect.stringContaining('format') });
});

test('the digits are those of `savings` on the same series', () => {
  const zone = 'Asia/Shanghai';
  const inputs = ReportInputs.parse(reportInputs({}, { zone }));
  const spans = [inputs.baseline!.span, inputs.reporting];
  const rows = spans.flatMap((span) =>
    hoursOf(span, zone).map(
      ({ from }, i) =>
        `${new Date(from).toISOString()},${span.meters[0]?.kwh[i] ?? ''},${span.weather.celsius[i] ?? ''}`,
    ),
  );
  const csv = ['time,kwh,outside', ...rows].join('\n');
  const { out } = energy(
    `savings --method towt-daily --meter b.csv:kwh --temperature b.csv:outside --unit C --zone ${zone} --baseline 2023-01-01/2024-01-01 --reporting 2024-05-01/2024-06-01 --json`,
    csv,
  );

  const told = JSON.parse(out);
  const { headline, model } = reckonReport(inputs);
  const { adjustedBaseline, actual, savings, fraction, interval90, fsu90 } = headline.figures!;
  expect({ adjustedBaseline, actual, savings, savingsFraction: fraction, interval90, fsu90 }).toEqual({
    adjustedBaseline: told.adjustedBaseline,
    actual: told.actual,
    savings: told.savings,
    savingsFraction: told.savingsFraction,
    interval90: told.interval90,
    fsu90: told.fsu90,
  });
  expect(model).toMatchObject({ r2: told.r2, cvrmse: told.cvrmse, rho: told.rho, coefficients: told.coefficients });
});
