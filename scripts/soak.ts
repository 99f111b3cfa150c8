// `npm run soak -- NAME [options]`: long runs that look for what a test has no time to find. CI runs their
// short forms as tests.
import { parseArgs } from 'node:util';
import { damageAll, type Damage } from '../edge/bench/mutations.ts';
import { soakBroker } from '../edge/bench/soak-broker.ts';
import { soakCloudAway } from '../edge/bench/soak-cloud-away.ts';
import { soakCrash } from '../edge/bench/soak-crash.ts';
import { soakDiskFull } from '../edge/bench/soak-disk-full.ts';
import type { SoakReport, Tell } from '../edge/bench/soak-report.ts';

interface Option {
  readonly fallback: number;
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

interface Soak {
  readonly about: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Options that are a text, each absent by default. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly run: (asked: Asked, tell: Tell) => SoakReport | Promise<SoakReport>;
}

interface Asked {
  readonly number: (name: string) => number;
  readonly text: (name: string) => string | undefined;
}

const SEED: Option = { fallback: 1, from: 1, to: 999_999_999, what: 'the same seed, the same choices' };

const SOAKS: Readonly<Record<string, Soak>> = {
  decoders: {
    about: `Damages the messages of every dialect's vectors and decodes them: nothing may throw, no number may be
infinite, no number may come out that the message does not contain in some unit.`,
    options: {
      mutations: { fallback: 100_000, from: 1, to: 999_999_999, what: 'of each dialect' },
      seed: SEED,
    },
    texts: { family: 'this dialect only' },
    run: soakDecoders,
  },
  crash: {
    about: `Kills a gateway under QoS 1 load with SIGKILL at random instants and starts it again on the same directory:
no acknowledged reading may be lost or doubled, no incident lost or doubled, the evidence must verify and
rebuild every incident, and no page may be repeated without its mark.`,
    options: {
      rounds: { fallback: 100, from: 1, to: 10_000, what: 'kills' },
      rate: { fallback: 5_000, from: 10, to: 50_000, what: 'messages a second' },
      seed: SEED,
    },
    run: ({ number }, tell) =>
      soakCrash({ rounds: number('rounds'), rate: number('rate'), seed: number('seed') }, tell),
  },
  'disk-full': {
    about: `Fills the disk under a gateway that is at work and gives it room again (root: a small file system of its own;
else, on Linux, a limit on the size of its files): it says so, acknowledges nothing, hangs up on nobody,
recovers by itself, and has everything that it acknowledged, once.`,
    options: {
      rounds: { fallback: 10, from: 1, to: 1_000, what: 'times full' },
      full: { fallback: 10, from: 1, to: 3_600, what: 'seconds full in each round' },
      rate: { fallback: 1_000, from: 10, to: 20_000, what: 'messages a second' },
    },
    run: ({ number }, tell) =>
      soakDiskFull({ rounds: number('rounds'), rate: number('rate'), fullSeconds: number('full') }, tell),
  },
  broker: {
    about: `Throws mutated packets at the embedded broker of a real gateway from raw sockets: it stays alive and ready,
acknowledges a healthy device beside them, does not grow, and counts everything that it refuses.`,
    options: { packets: { fallback: 1_000_000, from: 100, to: 999_999_999, what: 'to send' }, seed: SEED },
    run: ({ number }, tell) => soakBroker({ packets: number('packets'), seed: number('seed') }, tell),
  },
  'cloud-away': {
    about: `Takes the cloud away in the middle of a batch, gathers the data of an outage at 500 readings a second as fast
as the disk takes it, and brings the cloud back while live data goes on: incidents come first, live data is
at most twice as late as usual (p99), everything arrives once. The whole of 13 hours is --minutes 780.`,
    options: {
      minutes: { fallback: 13, from: 1, to: 2_000, what: 'of data, gathered in less' },
      live: { fallback: 20, from: 2, to: 600, what: 'seconds of live data measured before and after' },
    },
    run: ({ number }, tell) => soakCloudAway({ minutes: number('minutes'), liveSeconds: number('live') }, tell),
  },
};

const USAGE = `npm run soak -- NAME [options]

${Object.entries(SOAKS).map(usageOf).join('\n\n')}

  --help       this text

Exit codes: 0 ok, 2 bad usage, 1 something was found. Ends with one JSON line.`;

process.exitCode = await soak(process.argv.slice(2));

async function soak([name = '', ...args]: string[]): Promise<number> {
  const chosen = SOAKS[name];
  const asked = readArguments(chosen, name, args);
  if (asked === null) return 2;
  if (asked === 'help' || !chosen) {
    console.log(chosen ? usageOf([name, chosen]) : USAGE);
    return 0;
  }
  const { figures, troubles } = await Promise.resolve(chosen.run(asked, (line) => console.error(line))).catch(failed);
  for (const [what, value] of Object.entries(figures)) console.log(`${what.padEnd(50)}${String(value).padStart(12)}`);
  for (const trouble of troubles) console.log(`TROUBLE ${trouble}`);
  console.log(JSON.stringify({ soak: name, figures, troubles }));
  return troubles.length === 0 ? 0 : 1;
}

/** A gateway that is gone, or a wait in vain, is a finding too. */
function failed(error: unknown): SoakReport {
  return { figures: {}, troubles: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
}

function usageOf([name, { about, options, texts = {} }]: readonly [string, Soak]): string {
  const numbers = Object.entries(options).map(
    ([option, { fallback, from, to, what }]) => `  --${option.padEnd(14)}${what}: ${from} … ${to}, default ${fallback}`,
  );
  const words = Object.entries(texts).map(([option, what]) => `  --${option.padEnd(14)}${what}`);
  return `${name}\n${about}\n${[...numbers, ...words].join('\n')}`;
}

function readArguments(soak: Soak | undefined, name: string, args: string[]): Asked | 'help' | null {
  try {
    if (name === '--help') return 'help';
    if (!soak) throw new RangeError(`there is no soak ${name || '""'}`);
    const names = [...Object.keys(soak.options), ...Object.keys(soak.texts ?? {})];
    const { values } = parseArgs({
      args,
      options: {
        help: { type: 'boolean' },
        ...Object.fromEntries(names.map((option) => [option, { type: 'string' as const }])),
      },
    });
    const given = values as Readonly<Record<string, string | boolean | undefined>>;
    if (given['help'] === true) return 'help';
    const numbers = new Map(
      Object.entries(soak.options).map(([option, bounds]) => [option, whole(option, given[option], bounds)]),
    );
    const text = (option: string) => (typeof given[option] === 'string' ? given[option] : undefined);
    return { number: (option) => numbers.get(option) as number, text };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${soak ? usageOf([name, soak]) : USAGE}`);
    return null;
  }
}

function whole(option: string, text: unknown, { fallback, from, to }: Option): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < from || value > to)
    throw new RangeError(`--${option} must be a whole number from ${from} to ${to}`);
  return value;
}

function soakDecoders({ number, text }: Asked, tell: Tell): SoakReport {
  const figures: Record<string, number> = {};
  const troubles: string[] = [];
  damageAll(
    number('mutations'),
    number('seed'),
    (damage: Damage) => {
      const { family, mutations, readings, rejected } = damage;
      tell(`${family.padEnd(18)}${mutations} damaged, ${readings} readings, ${rejected} rejected`);
      figures[`${family}, damaged`] = mutations;
      troubles.push(...damage.troubles.map((trouble) => `${family}: ${trouble}`));
    },
    text('family'),
  );
  return { figures, troubles };
}
