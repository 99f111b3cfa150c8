import { Command, CommanderError } from 'commander';
import type { Database } from '../adapters/postgres/database.ts';
import { environment, loadConfig, type CloudConfig } from '../config.ts';
import { CloudError } from '../errors.ts';
import { addEnergy } from './energy.ts';

const BAD_USAGE = 2;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `npm run cloud -- [command]`; answers the exit code: 0 ok, 2 bad usage or input, 1 failure. */
export async function cli(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command('cloud').description('Keepsite cloud: incidents, promises, retention.').exitOverride();
  program
    .command('run', { isDefault: true })
    .description('serve until stopped (the default)')
    .option('--json', 'print one line with the real port')
    .action(async (options: { json?: boolean }) => {
      // What serves is loaded only when it is to serve: help and bad usage answer at once.
      code = await (await import('../main.ts')).main(options);
    });
  program.command('migrate').description('bring the database schema up to date').action(migrate);
  program
    .command('rescore')
    .description('score every day of a range anew, from what was known on each day')
    .requiredOption('--from <day>', 'first day, YYYY-MM-DD')
    .requiredOption('--to <day>', 'last day, YYYY-MM-DD')
    .option('--own-times', 'from the facts’ own times, for a history that was imported in one go')
    .action(rescore);
  addEnergy(program, withDatabase);
  program
    .command('config')
    .description('about the configuration')
    .command('check')
    .description('name every fault')
    .action(checkConfig);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (cause) {
    return exitCodeOf(cause);
  }
}

async function migrate(): Promise<void> {
  await withDatabase(async (database) => {
    const done = await database.migrate();
    await database.assertFenced();
    say(done.length === 0 ? 'the schema is up to date' : `done: ${done.join(', ')}`);
  });
}

async function rescore(options: { from: string; to: string; ownTimes?: boolean }): Promise<void> {
  const { from, to } = options;
  if (!DAY.test(from) || !DAY.test(to) || from > to)
    throw new CloudError('CLOUD_BAD_INPUT', '--from and --to are days, YYYY-MM-DD, in this order');
  await withDatabase(async (database, config) => {
    const { rescoreClient } = await import('../jobs/score-client.ts');
    const { postgresStore } = await import('../adapters/postgres/store.ts');
    await database.migrate();
    const store = await postgresStore(database, config.tenant);
    for (const client of await store.clients.list()) {
      const days = await rescoreClient(
        store,
        client,
        { from, to },
        Date.now(),
        config.timeZone,
        options.ownTimes ? 'own' : 'recorded',
      );
      say(`${client.id}: ${days} days`);
    }
  });
}

async function checkConfig(): Promise<void> {
  const config = loadConfig();
  const { readReach } = await import('../duty-file.ts');
  const { channels, duty } = readReach(config, environment());
  const { tokens, databaseUrl, influx, ...plain } = config;
  const known = { api: tokens.api !== null, edge: tokens.edge !== null };
  say(
    JSON.stringify(
      {
        ...plain,
        database: databaseUrl ? 'external' : 'embedded',
        metrics: influx ? influx.url : 'postgresql',
        tokens: known,
        channels: [...channels.channels.keys()],
        onDuty: duty.people.map(({ id }) => id),
      },
      null,
      2,
    ),
  );
}

async function withDatabase(work: (database: Database, config: CloudConfig) => Promise<void>): Promise<void> {
  const config = loadConfig();
  const { openCloudDatabase } = await import('../compose.ts');
  const { database, close } = await openCloudDatabase(config);
  try {
    await work(database, config);
  } finally {
    await close();
  }
}

/** commander has already said what was wrong with the usage; help is no error. */
function exitCodeOf(cause: unknown): number {
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : BAD_USAGE;
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  const badInput = cause instanceof CloudError && ['CLOUD_CONFIG_INVALID', 'CLOUD_BAD_INPUT'].includes(cause.code);
  return badInput ? BAD_USAGE : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (import.meta.main) process.exitCode = await cli(process.argv.slice(2));
