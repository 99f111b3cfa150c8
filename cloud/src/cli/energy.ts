import { BaselineWish } from '@keepsite/cloud-contract';
import type { Command } from 'commander';
import type { Database } from '../adapters/postgres/database.ts';
import type { CloudConfig } from '../config.ts';
import type { EnergyPorts } from '../energy/ports.ts';
import { CloudError } from '../errors.ts';

type WithDatabase = (work: (database: Database, config: CloudConfig) => Promise<void>) => Promise<void>;

/** `cloud energy …`: what the API does, from the command line: a baseline, a report, and its export. */
export function addEnergy(program: Command, withDatabase: WithDatabase): void {
  const energy = program.command('energy').description('baselines and energy reports of a client');
  const within = (work: (ports: EnergyPorts) => Promise<void>) =>
    withDatabase(async (database, config) => {
      const { openEnergy } = await import('../compose.ts');
      await database.migrate();
      await work(await openEnergy(config, database));
    });
  energy
    .command('baseline')
    .description('learn a baseline; one that its data cannot carry is kept with the reasons')
    .requiredOption('--client <id>', 'whose')
    .option('--method <method>', 'instead of the one that is set up')
    .option('--from <day>', 'first day')
    .option('--to <day>', 'day after the last one')
    .option('--after <measure>', 'from the end of this measure on')
    .option('--by <name>', 'who learns it', 'command line')
    .action(({ client, ...wish }: { client: string }) => within((ports) => learn(ports, client, wish)));
  energy
    .command('report')
    .description('make the report of a month or day, and print its export for `npm run -s energy -- rerun`')
    .requiredOption('--client <id>', 'whose')
    .requiredOption('--period <period>', 'YYYY-MM or YYYY-MM-DD')
    .action(({ client, period }: { client: string; period: string }) =>
      within((ports) => report(ports, client, period)),
    );
}

async function learn(ports: EnergyPorts, client: string, options: object): Promise<void> {
  const { learnBaseline } = await import('../energy/baseline.ts');
  const wish = BaselineWish.safeParse(options);
  if (!wish.success)
    throw new CloudError(
      'CLOUD_BAD_INPUT',
      wish.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`).join('; '),
    );
  await known(ports, client);
  say(await learnBaseline(ports, client, wish.data));
}

async function report(ports: EnergyPorts, client: string, period: string): Promise<void> {
  const [{ makeReport, exported }, { dueOf, isPeriod }] = await Promise.all([
    import('../energy/report.ts'),
    import('../domain/energy/due.ts'),
  ]);
  if (!isPeriod(period)) throw new CloudError('CLOUD_BAD_INPUT', '--period is a month (2026-03) or a day (2026-03-02)');
  say(exported(await makeReport(ports, await known(ports, client), dueOf(period))));
}

async function known({ store }: EnergyPorts, client: string) {
  const found = await store.clients.get(client);
  if (!found) throw new CloudError('CLOUD_BAD_INPUT', `--client: ${client} is not known here`);
  return found;
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
