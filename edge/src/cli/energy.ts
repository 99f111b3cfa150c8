import { Command, CommanderError } from 'commander';
import { addBill } from './energy/bill.ts';
import { addCoverage } from './energy/coverage.ts';
import { addFit } from './energy/fit.ts';
import { addIndicators } from './energy/indicators.ts';
import { InputError } from './energy/input-error.ts';
import { addIntervals } from './energy/intervals.ts';
import { addNab } from './energy/nab.ts';
import type { EnergyIo } from './energy/options.ts';
import { addRerun } from './energy/rerun.ts';
import { addSavings } from './energy/savings.ts';
import { addStudy } from './energy/study.ts';
import { addWarnings } from './energy/warnings.ts';
import { addWaste } from './energy/waste.ts';
import { readInput } from './read-input.ts';

/** Each file of `energy/` adds its own subcommand. */
const SUBCOMMANDS: readonly ((program: Command, io: EnergyIo) => void)[] = [
  addSavings,
  addFit,
  addCoverage,
  addIntervals,
  addBill,
  addIndicators,
  addRerun,
  addWarnings,
  addWaste,
  addStudy,
  addNab,
];

/** `npm run -s energy -- COMMAND`; answers the exit code: 0 ok, 1 failure, 2 bad usage or input. */
export function runEnergy(args: readonly string[], io: EnergyIo): number {
  const program = new Command('energy')
    .description('Energy by the published methods: what was saved, how sure that is, and what is unusual.')
    .addHelpText(
      'after',
      '\nMethods and their sources: docs/energy-savings.md, docs/energy-warnings.md.\nExit codes: 0 ok, 1 failure, 2 bad usage or input.',
    )
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .exitOverride();
  for (const add of SUBCOMMANDS) add(program, io);
  try {
    program.parse([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(`energy: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof InputError ? 2 : 1;
  }
}

if (import.meta.main) {
  // Whoever reads no further (`| head`) has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.exitCode = runEnergy(process.argv.slice(2), {
    read: readInput,
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
  });
}
