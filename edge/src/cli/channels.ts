import type { Person, Registry } from '@keepsite/edge-contract';
import { CHANNEL_TYPES, type ChannelSettings, type Delivery } from '@keepsite/edge-notify';
import type { Command } from 'commander';
import { createNotifier } from '../adapters/notifier.ts';
import { publishOnce } from '../adapters/publish-once.ts';
import { createSystemClock } from '../adapters/system-clock.ts';
import { addressOf, channelsOf } from '../channel-desk.ts';
import { readChannels } from '../channels.ts';
import { type EdgeConfig, environment, loadConfig } from '../config.ts';
import { EdgeError } from '../errors.ts';
import { openPhoneBook } from '../phones.ts';
import { readSetup } from '../setup.ts';
import { openAccounts } from '../stores.ts';
import { type CliIo, table } from './table.ts';

const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

interface TestOptions {
  readonly to?: string;
  readonly person?: string;
  readonly json?: boolean;
}

/** `channels list` and `channels test`; the edge need not run. `done` gets the exit code of a test. */
export function addChannelCommands(program: Command, io: CliIo, done: (code: number) => void): void {
  const channels = program.command('channels').description('about the ways in which people are reached');
  channels
    .command('list')
    .description('the channels of this edge, and who is reached over them')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) => listChannels(json === true, io));
  channels
    .command('test <name>')
    .description('send one clearly marked test message and print the provider’s verdict')
    .option('--to <address>', 'the address to test, as a person of the registry has it')
    .option('--person <id>', 'a person of the registry, at their own address of this channel')
    .option('--json', 'print JSON')
    .action(async (name: string, options: TestOptions) => done(await testChannel(name, options, io)));
}

function listChannels(json: boolean, io: CliIo): void {
  const config = loadConfig();
  const { registry } = readSetup(config);
  const rows = channelRows(readChannels(config, environment()), registry);
  if (json) io.out(JSON.stringify(rows, null, 2));
  else io.out(table(rows.map((row) => ({ ...row, people: row.people.join(', ') || '–' }))));
}

function channelRows(settings: ChannelSettings, registry: Registry) {
  return channelsOf(settings.channels, registry.people).map(({ name, type, people }) => ({
    name,
    type: type ?? '–',
    what: whatIs(name, type, settings),
    people: people.map(({ id }) => id),
  }));
}

function whatIs(name: string, type: string | null, { channels }: ChannelSettings): string {
  if (type === null) return 'not set up';
  return channels.has(name) ? (CHANNEL_TYPES.get(type)?.names.en ?? type) : 'built in';
}

async function testChannel(name: string, options: TestOptions, io: CliIo): Promise<number> {
  const config = loadConfig();
  const { registry } = readSetup(config);
  const person = options.person === undefined ? undefined : personOf(registry, options.person);
  const address = options.to ?? (person && addressOf(person, name));
  if (address === undefined)
    throw new EdgeError('EDGE_CONFIG_INVALID', `say --to with an address, or --person with one who has ${name}`);
  const delivery = await sendTest(config, registry, { channel: name, address }, person);
  if (options.json) io.out(JSON.stringify(delivery));
  else io.out(verdictText(name, delivery));
  return delivery.outcome === 'accepted' ? 0 : 1;
}

async function sendTest(
  config: EdgeConfig,
  registry: Registry,
  way: { readonly channel: string; readonly address: string },
  person: Person | undefined,
): Promise<Delivery> {
  const { host, port, url } = config.mqtt;
  const settings = readChannels(config, environment());
  const clock = createSystemClock();
  const accounts = config.demo ? null : openAccounts(config);
  const phones = openPhoneBook(config, {
    given: settings.pushKeys,
    accounts,
    people: () => registry.people.map(({ id }) => id),
    clock,
    log: SILENT,
  });
  const notifier = createNotifier({
    edge: config.edge,
    directory: () => ({ asset: () => undefined }),
    people: () => registry.people,
    clock,
    publish: (topic, payload) => publishOnce(url ?? `mqtt://${host}:${port}`, topic, payload),
    log: () => undefined,
    settings,
    phones: { keys: phones.keys, phones: phones.book },
    webhook: config.webhook,
    demo: config.demo,
    publicUrl: () => config.http.publicUrl,
  });
  try {
    return await notifier.test(way, person);
  } finally {
    await notifier.close();
    phones.close();
    accounts?.close();
  }
}

function personOf({ people }: Registry, id: string): Person {
  const person = people.find((candidate) => candidate.id === id);
  if (!person) throw new EdgeError('EDGE_CONFIG_INVALID', `the registry has no person named ${id}`);
  return person;
}

function verdictText(name: string, delivery: Delivery): string {
  switch (delivery.outcome) {
    case 'accepted':
      return `${name} has taken the test message${delivery.reference === null ? '' : ` (${delivery.reference})`}; look whether it has arrived`;
    case 'retry':
      return `${name} has not taken it: ${delivery.reason}; a page would be tried again`;
    case 'failed':
      return `${name} has refused it: ${delivery.reason}`;
  }
}

/** The verdict is printed; nothing else need be said. */
function nothing(): void {}
