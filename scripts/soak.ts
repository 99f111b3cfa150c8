// `npm run soak -- decoders [--mutations N] [--family F] [--seed N]`: long runs that look for what a
// test has no time to find. Not part of CI.
import { parseArgs } from 'node:util';
import { damageAll, type Damage } from '../edge/bench/mutations.ts';

const USAGE = `npm run soak -- decoders [--mutations 100000] [--family F] [--seed 1]

Damages the messages of every dialect's vectors and decodes them: nothing may throw, no number may be
infinite, no number may come out that the message does not contain in some unit.

Exit codes: 0 ok, 2 bad usage, 1 something was found.`;

process.exitCode = soak(process.argv.slice(2));

function soak(args: string[]): number {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        mutations: { type: 'string', default: '100000' },
        seed: { type: 'string', default: '1' },
        family: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      return 0;
    }
    if (positionals[0] !== 'decoders') throw new RangeError(`there is no soak ${positionals[0] ?? '""'}`);
    return damageAll(whole(values.mutations), whole(values.seed), tell, values.family) ? 0 : 1;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return 2;
  }
}

function tell({ family, mutations, readings, rejected, troubles }: Damage): void {
  console.log(
    `${family.padEnd(18)}${mutations} damaged, ${readings} readings, ${rejected} rejected, ${troubles.length} troubles`,
  );
  for (const trouble of troubles) console.log(`  ${trouble}`);
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${text} is no whole number`);
  return Number(text);
}
