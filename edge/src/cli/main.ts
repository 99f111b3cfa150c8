import type { DailyEnergy, Incident } from '@keepsite/edge-contract';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { basename, resolve } from 'node:path';
import { readTextFile } from '../adapters/text-files.ts';
import { openStore } from '../stores.ts';
import { readChannels } from '../channels.ts';
import { environment, loadConfig } from '../config.ts';
import { EdgeError, type EdgeErrorCode, isEdgeError, sentenceOf } from '../errors.ts';
import { main as run } from '../main.ts';
import { mappingFaults, readSetup, ruleFaults } from '../setup.ts';
import { addAccountCommands } from './accounts.ts';
import { addAdoptionCommands } from './adoption.ts';
import { addCodeCommands } from './codes.ts';
import { addChannelCommands } from './channels.ts';
import { askEdge, reckonDay } from './ask.ts';
import { addCredentialCommands } from './credentials.ts';
import { addEvidenceCommands } from './evidence.ts';
import { addResponseCommands } from './response.ts';
import { type CliIo, table } from './table.ts';

const OK = 0;
const FAILURE = 1;
const BAD_USAGE = 2;
const BAD_INPUT: readonly EdgeErrorCode[] = [
  'EDGE_CONFIG_INVALID',
  'ACCOUNT_UNKNOWN',
  'ACCOUNT_EXISTS',
  'ACCOUNT_REFUSED',
  'LAST_ADMIN',
  'SESSION_UNKNOWN',
  'ADOPTION_REFUSED',
  'DEVICE_ADOPTED',
  'DEVICE_UNKNOWN',
  'MAPPING_UNKNOWN',
  'PLACE_UNKNOWN',
  'CREDENTIAL_UNKNOWN',
  'CREDENTIAL_EXISTS',
  'CREDENTIAL_REFUSED',
];

const CONSOLE: CliIo = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
};

/** `npm run edge -- [command]`; answers the exit code: 0 ok, 2 bad usage or input, 1 failure. */
export async function cli(argv: readonly string[], io: CliIo = CONSOLE): Promise<number> {
  let code: number = OK;
  const program = new Command('edge')
    .description('Keepsite edge: hears sensors, starts the clock, pages the crew.')
    .addHelpText('after', '\nExit codes: 0 ok, 2 bad usage or input, 1 failure. Settings: edge/.env.example.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) });
  program
    .command('run', { isDefault: true })
    .description('run until stopped (the default)')
    .option('--json', 'print one line with the real ports')
    .action(async (options: { json?: boolean }) => void (code = await run(options)));
  const group = (name: string, what: string) => program.command(name).description(`about ${what}`);
  group('config', 'the configuration')
    .command('check')
    .description('name every fault of the settings, the registry, the rules, the mappings and the channels')
    .action(() => checkConfig(io));
  group('rules', 'rules')
    .command('check <file>')
    .description('name every fault of a file of rules')
    .action((file: string) => void (code = checkFile(file, ruleFaults, io)));
  group('mapping', 'mappings')
    .command('check <file>')
    .description('name every fault of a mapping file')
    .action((file: string) => void (code = checkFile(file, mappingFaults, io)));
  program
    .command('energy-summary')
    .description('energy of every meter on one local day, beside the same weekdays before')
    .option('--day <day>', 'YYYY-MM-DD; default: yesterday', dayOption)
    .option('--json', 'print JSON')
    .action((options: { day?: string; json?: boolean }) => energySummary(options, io));
  program
    .command('incidents')
    .description('list incidents, newest first')
    .option('--state <state>', 'open, closed or all', stateOption, 'open')
    .option('--json', 'print JSON')
    .action((options: { state: State; json?: boolean }) => listIncidents(options, io));
  addAdoptionCommands(program, io);
  addResponseCommands(program, io, (result) => void (code = result));
  addChannelCommands(program, io, (result) => void (code = result));
  addEvidenceCommands(program, io, (result) => void (code = result));
  addAccountCommands(program, io);
  addCodeCommands(program, io);
  addCredentialCommands(program, io);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return exitCodeOf(error, io);
  }
}

const STATES = ['open', 'closed', 'all'] as const;
type State = (typeof STATES)[number];

function stateOption(text: string): State {
  const state = STATES.find((known) => known === text);
  if (state === undefined) throw new InvalidArgumentError(`it is one of ${STATES.join(', ')}`);
  return state;
}

function dayOption(text: string): string {
  try {
    return Temporal.PlainDate.from(text).toString();
  } catch {
    throw new InvalidArgumentError('it is a day, YYYY-MM-DD');
  }
}

function checkConfig(io: CliIo): void {
  const config = loadConfig();
  const { registry, rules, mappings } = readSetup(config);
  const { channels } = readChannels(config, environment());
  const { apiToken, webhook, cloud, ...plain } = config;
  const secrets = {
    apiToken: apiToken !== null,
    edgeToken: Boolean(cloud?.token),
    webhookSecret: webhook.secret !== null,
  };
  const found = {
    devices: registry.devices.length,
    rules: rules.length,
    mappings: mappings.length,
    channels: channels.size,
  };
  io.out(JSON.stringify({ ...plain, cloudUrl: cloud?.url ?? null, webhookUrl: webhook.url, secrets, found }, null, 2));
}

function checkFile(path: string, faultsOf: (file: { name: string; text: string }) => string[], io: CliIo): number {
  const file = readTextFile(resolve(path));
  if (file === null) throw new EdgeError('EDGE_CONFIG_INVALID', `there is no ${path}`);
  const faults = faultsOf({ name: basename(path), text: file.text });
  for (const fault of faults) io.err(fault);
  if (faults.length > 0) return BAD_USAGE;
  io.out(`${path} can be used`);
  return OK;
}

async function energySummary({ day, json }: { day?: string; json?: boolean }, io: CliIo): Promise<void> {
  const rows = await reckonDay(loadConfig(), day);
  if (json) io.out(JSON.stringify(rows, null, 2));
  else io.out(rows.length === 0 ? 'no energy is known of that day' : table(rows.map(energyLine)));
}

function energyLine(row: DailyEnergy): Record<string, string> {
  const number = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits));
  return {
    day: row.day,
    asset: row.asset,
    device: row.device,
    kWh: number(row.kwh, 1),
    usual: number(row.usualKwh, 1),
    'peak kW': number(row.peakKw, 1),
    'night %': number(row.nightShare === null ? null : row.nightShare * 100, 0),
    'known %': number(row.coverage * 100, 0),
  };
}

/** A running edge is asked; the file is opened only when nobody else has it. */
async function listIncidents({ state, json }: { state: State; json?: boolean }, io: CliIo): Promise<void> {
  const config = loadConfig();
  const answer = await askEdge<{ items: Incident[] }>(config, `/api/incidents?state=${state}&limit=500`);
  const items = answer?.items ?? storedIncidents(config, state);
  if (json) io.out(JSON.stringify(items, null, 2));
  else io.out(items.length === 0 ? 'no incident' : table(items.map(incidentLine)));
}

function storedIncidents(config: Parameters<typeof openStore>[0], state: State): Incident[] {
  const store = openStore(config);
  try {
    return store.incidents({ ...(state === 'all' ? {} : { state }), limit: 500 });
  } finally {
    store.close();
  }
}

function incidentLine(incident: Incident): Record<string, string> {
  const { openedAt, severity, asset, fault, response, condition, sla, responder, id } = incident;
  return {
    opened: openedAt,
    severity,
    asset,
    fault,
    response,
    condition,
    sla: sla ?? '–',
    responder: responder ?? '–',
    id,
  };
}

/** commander has already said what was wrong with the usage; help is no error. */
function exitCodeOf(error: unknown, io: CliIo): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? OK : BAD_USAGE;
  const details = error instanceof EdgeError ? error.details : [];
  for (const line of details.length > 0 ? details : [sentenceOf(error)]) io.err(line);
  return isEdgeError(error) && BAD_INPUT.includes(error.code) ? BAD_USAGE : FAILURE;
}

if (import.meta.main) process.exitCode = await cli(process.argv.slice(2));
