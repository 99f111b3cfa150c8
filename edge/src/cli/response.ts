import { instantMillis, type OnCall, type OnCallList, ResponseBook } from '@keepsite/edge-contract';
import { BUILT_IN } from '@keepsite/edge-notify';
import { checkResponse, findingText, onCallList, withCalendars } from '@keepsite/edge-response';
import { type Command, InvalidArgumentError } from 'commander';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { createSystemClock } from '../adapters/system-clock.ts';
import { readTextFile } from '../adapters/text-files.ts';
import { readChannels } from '../channels.ts';
import { environment, loadConfig } from '../config.ts';
import { EdgeError } from '../errors.ts';
import { ownCalendars, readSetup } from '../setup.ts';
import { askEdge } from './ask.ts';
import { type CliIo, table } from './table.ts';

/** `on-call` and `plans check`; the edge need not run. `done` gets the exit code of a check. */
export function addResponseCommands(program: Command, io: CliIo, done: (code: number) => void): void {
  program
    .command('on-call')
    .description('who is on call on every roster, who comes next, and when nobody will be')
    .option('--at <instant>', 'RFC 3339, e.g. 2026-10-01T08:00:00+08:00; default: now', instantOption)
    .option('--json', 'print JSON')
    .action((options: { at?: string; json?: boolean }) => printOnCall(options, io));
  program
    .command('plans')
    .description('about response plans')
    .command('check <file>')
    .description('name everything that is wrong or doubtful about people, rosters and plans of a YAML file')
    .option('--days <days>', 'look this far ahead for gaps', daysOption, 30)
    .action((file: string, { days }: { days: number }) => done(checkPlans(file, days, io)));
}

async function printOnCall({ at, json }: { at?: string; json?: boolean }, io: CliIo): Promise<void> {
  const config = loadConfig();
  const query = at === undefined ? '' : `?at=${encodeURIComponent(at)}`;
  const list = (await askEdge<OnCallList>(config, `/api/on-call${query}`)) ?? reckoned(at);
  if (json) io.out(JSON.stringify(list, null, 2));
  else io.out(list.items.length === 0 ? 'there is no roster' : table(list.items.map(rosterLine)));
}

/** From the files, when no edge runs. */
function reckoned(at: string | undefined): OnCallList {
  const { registry } = readSetup(loadConfig());
  return onCallList(registry, at === undefined ? createSystemClock().now() : instantMillis(at));
}

function rosterLine({ roster, zone, now, next, gaps }: OnCall): Record<string, string> {
  const local = (text: string) =>
    Temporal.Instant.from(text).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' });
  const names = (people: readonly { readonly name: string }[]) => people.map(({ name }) => name).join(', ') || 'NOBODY';
  return {
    roster,
    'on call': names(now),
    'next at': next ? local(next.at) : '–',
    next: next ? names(next.people) : '–',
    'nobody from': gaps[0] ? `${local(gaps[0].from)} to ${local(gaps[0].to)}` : '–',
  };
}

function checkPlans(path: string, horizonDays: number, io: CliIo): number {
  const file = readTextFile(resolve(path));
  if (file === null) throw new EdgeError('EDGE_CONFIG_INVALID', `there is no ${path}`);
  const document = parseDocument(file.text);
  const parsed = ResponseBook.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  const broken = [
    ...document.errors.map(({ message }) => message.split('\n')[0] ?? ''),
    ...(parsed.error?.issues ?? []).map(({ path: place, message }) => `${place.join('.')}: ${message}`),
  ];
  if (!parsed.success || broken.length > 0) {
    for (const fault of broken) io.err(`error    ${fault}`);
    return 2;
  }
  const { channels } = readChannels(loadConfig(), environment());
  const setting = { now: createSystemClock().now(), horizonDays, channels: [...BUILT_IN, ...channels.keys()] };
  const findings = checkResponse(withCalendars(parsed.data, ownCalendars()), setting);
  for (const finding of findings) io.err(`${finding.level.padEnd(8)} ${findingText(finding)}`);
  if (findings.some(({ level }) => level === 'error')) return 2;
  io.out(`${path} can be used`);
  return 0;
}

function instantOption(text: string): string {
  if (Number.isNaN(instantMillis(text))) throw new InvalidArgumentError('it is an instant, RFC 3339');
  return new Date(instantMillis(text)).toISOString();
}

function daysOption(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 366) throw new InvalidArgumentError('it is 1 to 366');
  return days;
}
