import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Command, CommanderError } from 'commander';
import { addBacktest } from './retention/backtest.ts';
import { InputError, type RetentionIo } from './retention/io.ts';

/** `npm run -s retention -- COMMAND`; answers the exit code: 0 ok, 1 failure, 2 bad usage or input. */
export async function runRetention(args: readonly string[], io: RetentionIo): Promise<number> {
  const program = new Command('retention')
    .description('Whether a score foretells who leaves, by replaying a history.')
    .addHelpText(
      'after',
      '\nMethods and what the numbers mean: docs/retention-backtest.md.\nExit codes: 0 ok, 1 failure, 2 bad usage or input.',
    )
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .exitOverride();
  addBacktest(program, io);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(`retention: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof InputError ? 2 : 1;
  }
}

if (import.meta.main) {
  // Whoever reads no further (`| head`) has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.exitCode = await runRetention(process.argv.slice(2), {
    read: (file) => (file === '-' ? buffer(process.stdin) : readFile(file)),
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
  });
}
