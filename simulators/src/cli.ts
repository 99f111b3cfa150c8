import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { SimulatorError } from './errors.ts';
import { loadConfig, portOf, type SimulatorConfig } from './config.ts';
import { readHarm, type Harm } from './chaos/chaos.ts';
import { CREW_MODES } from './crews/crews.ts';
import { remember, replayFile, runVendors, runWorld, seedCloud, tellScenario, writeWorldFiles } from './commands.ts';
import { printSamples } from './print-samples.ts';
import { REPLAY_FAMILIES, REPLAY_UNITS } from './replay/replay.ts';
import { SAMPLERS } from './devices/samples.ts';
import { SCENARIOS } from './scenarios/catalogue.ts';
import { WORLD_ZONE } from './world/world.ts';

/** Where words go: answers to `out`, complaints to `err`. */
export interface Voice {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** `npm run simulate`. Resolves to the exit code: 0 ok, 1 failure, 2 bad usage or input. */
export async function simulate(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  voice: Voice,
): Promise<number> {
  try {
    await program(loadConfig(env), voice).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof SimulatorError)) throw error;
    voice.err(error.message);
    return error.code === 'SIM_BAD_INPUT' ? 2 : 1;
  }
}

function program(config: SimulatorConfig, voice: Voice): Command {
  const simulate = new Command('simulate').description('Simulated buildings, crews and stories for Keepsite.');
  // Set before the commands are added: they inherit it.
  simulate
    .exitOverride()
    .configureOutput({ writeOut: (text) => voice.out(text.trimEnd()), writeErr: (text) => voice.err(text.trimEnd()) });

  simulate
    .command('world')
    .description('write the registry of the simulated world (and its mapping files) for an edge')
    .requiredOption('--out <file>', 'the registry, YAML')
    .option('--mappings <dir>', 'directory for the mapping files')
    .option('--webhook <url>', 'a further address of every person')
    .option('--seed <n>', 'whole number', whole, 1)
    .action((options) => writeWorldFiles(options, voice.out));

  simulate
    .command('run')
    .description('the live world: devices, crews, stories and the panel API')
    .option('--edge <url>', 'the edge', config.edgeUrl)
    .option('--cloud <url>', 'the cloud, whose pages may use the panel', config.cloudUrl)
    .option('--mqtt <url>', 'the broker that devices speak to', config.mqttUrl)
    .option('--http <port>', 'port of the panel API on 127.0.0.1; 0 takes any', port, config.httpPort)
    .addOption(new Option('--crews <mode>', 'how crews behave').choices(CREW_MODES).default('answer'))
    .option('--chaos <shares>', '0.02, or drop=0.01,duplicate=0.02,delay=0.05,corrupt=0.01', harm)
    .option('--seed <n>', 'whole number', whole, 1)
    .action((options) => runWorld({ ...options, token: config.apiToken }, voice));

  simulate
    .command('seed')
    .description('write the history before today into a cloud, through its ordinary doors')
    .option('--cloud <url>', 'the cloud', config.cloudUrl)
    .option('--days <n>', 'how many days', positive, 90)
    .option('--end <day>', 'the day after the last, YYYY-MM-DD; default: today in the world’s zone, as first told')
    .option('--seed <n>', 'whole number', whole, 1)
    .action((options) => seedCloud({ ...options, dataDir: config.dataDir, token: config.apiToken }, voice.out));

  simulate
    .command('remember')
    .description('hand an edge the last days of its meters, as history, so that it knows what is usual')
    .option('--edge <url>', 'the edge', config.edgeUrl)
    .option('--mqtt <url>', 'the broker that devices speak to', config.mqttUrl)
    .option('--days <n>', 'how many days', positive, 15)
    .option('--seed <n>', 'whole number', whole, 1)
    .action((options) => remember({ ...options, token: config.apiToken }, voice.out));

  simulate
    .command('samples')
    .description('print messages of the dialects with what they mean, one JSON object a line')
    .addOption(new Option('--family <family>', 'one dialect; default: all').choices(Object.keys(SAMPLERS)))
    .option('--rounds <n>', 'how many times over', positive, 1)
    .option('--seed <n>', 'whole number', whole, 1)
    .action((options) => printSamples(options, voice.out));

  simulate
    .command('replay')
    .description('play a recorded building as a live meter')
    .argument('<file>', 'CSV with a header, plain or gz; the first column is the interval’s start')
    .option('--column <name>', 'the value; default: the second column')
    .addOption(new Option('--unit <unit>', 'what the record holds').choices(REPLAY_UNITS).makeOptionMandatory())
    .addOption(new Option('--family <family>', 'dialect').choices(REPLAY_FAMILIES).default('shelly-gen2'))
    .requiredOption('--device <id>', 'the meter’s id in that dialect')
    .option('--speed <speed>', 'seconds of the record in a second', '3600x')
    .option('--zone <zone>', 'IANA zone of local times, and of the meter', WORLD_ZONE)
    .option('--mqtt <url>', 'the broker', config.mqttUrl)
    .action((file, options) => replayFile(file, options, voice.out));

  simulate
    .command('vendors')
    .description('stand-ins of the vendors that carry pages, which misbehave on demand')
    .option('--http <port>', 'their port on 127.0.0.1; 0 takes any', port, 7090)
    .option('--smtp <port>', 'port of the mail server; 0 takes any', port, 7025)
    .action((options) => runVendors(options, voice.out));

  simulate
    .command('scenario')
    .description('tell a story through a running panel')
    .argument('[name]', `one of ${SCENARIOS.map(({ id }) => id).join(', ')}; without it they are listed`)
    .option('--panel <url>', 'the panel API', `http://127.0.0.1:${config.httpPort}`)
    .option('--asset <id>', 'to which asset it happens')
    .option('--expire', 'crews stay silent and the clock runs at 20× until the promise is broken')
    .option('--manual', 'crews leave it to the person at the page')
    .action((name, options) => tellScenario(name, options, voice.out));
  return simulate;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}

function positive(text: string): number {
  const number = whole(text);
  if (number < 1) throw new InvalidArgumentError('at least 1 is needed.');
  return number;
}

function port(text: string): number {
  return portOf('--http', text);
}

function harm(text: string): Harm {
  const read = readHarm(text);
  if (!read.ok) throw new InvalidArgumentError(read.reason);
  return read.harm;
}
