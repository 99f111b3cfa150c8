import {
  type Difference,
  differencesOf,
  reckonReport,
  ReportExport,
  ReportInputs,
  sealReport,
} from '@keepsite/edge-energy';
import { hashOfJson } from '@keepsite/edge-evidence';
import type { Command } from 'commander';
import { InputError } from './input-error.ts';
import type { EnergyIo } from './options.ts';

interface RerunOptions {
  readonly from: string;
  readonly json?: true;
}

/** More differences than this say no more. */
const SHOWN = 20;

/** `rerun`: reckons an exported report again and compares every digit; fails when one differs. */
export function addRerun(program: Command, io: EnergyIo): void {
  program
    .command('rerun')
    .description('reckon a report again from its exported inputs and compare every digit')
    .requiredOption(
      '--from <file>',
      'what GET /api/clients/{id}/energy/reports/{report}/inputs answered; - for standard input',
    )
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExit code 1: something differs, and the first differences say what.')
    .action((options: RerunOptions) => rerun(options, io));
}

function rerun({ from, json }: RerunOptions, io: EnergyIo): void {
  const kept = readExport(from, io);
  const { inputs, report, hash } = kept;
  const { software } = report.evidence;
  const inputsHash = hashOfJson(inputs);
  const again = sealReport(reckonReport(ReportInputs.parse(inputs)), inputs, { inputsHash, software });
  const differences = [
    ...differencesOf(report, JSON.parse(JSON.stringify(again))),
    ...differencesOf({ hash }, { hash: hashOfJson(again) }),
  ];
  if (json) io.out(JSON.stringify({ same: differences.length === 0, hash, inputsHash, differences }, null, 2));
  else io.out(told(differences, hash));
  if (differences.length > 0) throw new Error(`${differences.length} values differ from the report`);
}

/** Throws an {@link InputError} for what is no export of a report. */
function readExport(file: string, io: EnergyIo): ReportExport {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(io.read(file)));
  } catch (cause) {
    throw new InputError(`${file} cannot be read as JSON`, { cause });
  }
  const parsed = ReportExport.safeParse(json);
  if (parsed.success) return { ...parsed.data, inputs: (json as ReportExport).inputs };
  const { path = [], message } = parsed.error.issues[0] ?? { message: 'unknown' };
  throw new InputError(`${file} is no exported report: ${path.join('.')} ${message}`);
}

function told(differences: readonly Difference[], hash: string): string {
  if (differences.length === 0) return `every digit is the same; report ${hash}`;
  return differences
    .slice(0, SHOWN)
    .map(({ path, before, after }) => `${path}: ${shown(before)} in the report, ${shown(after)} now`)
    .join('\n');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
