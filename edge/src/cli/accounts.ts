import { AccountBody, type AccountChange, AccountName, DisplayName, ROLES, type Role } from '@keepsite/edge-contract';
import { type Command, InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { type Access, createAccess } from '../access/access.ts';
import { createSystemClock } from '../adapters/system-clock.ts';
import { openAccounts } from '../stores.ts';
import { type EdgeConfig, loadConfig } from '../config.ts';
import { EdgeError } from '../errors.ts';
import { readSetup } from '../setup.ts';
import { type CliIo, table } from './table.ts';

/** Who did it, in the audit: whoever may run commands on this box. */
const BOX = 'box';

/**
 * `accounts`, `tokens` and `audit`. They work on the access file itself, whether the edge runs or not:
 * whoever can write there needs no password. A running edge acts on a change with the next request,
 * and closes streams within seconds.
 */
export function addAccountCommands(program: Command, io: CliIo): void {
  addAccounts(program.command('accounts').description('people who may sign in'), io);
  addTokens(program.command('tokens').description('what machines show instead of signing in'), io);
  program
    .command('audit')
    .description('who came in and who changed whom, newest first')
    .option('--limit <count>', 'so many lines', countOption, 50)
    .option('--json', 'print JSON')
    .action(({ limit, json }: { limit: number; json?: boolean }) => {
      const items = withAccess(({ audit }) => audit.read({ limit }));
      const lines = items.map(({ at, kind, by, account, address, detail }) => ({
        at,
        what: kind,
        by,
        account: account ?? '–',
        from: address ?? '–',
        detail: Object.entries(detail)
          .map(([key, value]) => `${key}=${String(value)}`)
          .join(' '),
      }));
      show(io, json, items, lines, 'nothing was written down yet');
    });
}

// ------------------------------------------------------------------------------------ accounts

interface AddOptions {
  readonly name: string;
  readonly displayName?: string;
  readonly role: Role;
  readonly responder?: string | null;
}

function addAccounts(group: Command, io: CliIo): void {
  group
    .command('list', { isDefault: true })
    .description('everybody, with role and open sessions')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) => {
      const items = withAccess(({ accounts }) => accounts.list());
      const lines = items.map(
        ({ name, displayName, role, responder, disabled, hasPassword, sessions, lastSignedInAt }) => ({
          name,
          called: displayName,
          role,
          person: responder ?? '–',
          state: disabled ? 'disabled' : hasPassword ? 'ok' : 'has not used the code yet',
          sessions: String(sessions),
          'last signed in': lastSignedInAt ?? '–',
        }),
      );
      show(io, json, items, lines, 'there is no account yet');
    });
  group
    .command('add')
    .description('add a person; the code that is printed chooses the password, once')
    .requiredOption('--name <name>', 'what is typed to sign in', parsed(AccountName))
    .requiredOption('--role <role>', ROLES.join(', '), roleOption)
    .option('--display-name <text>', 'what people are called on the screen; default: the name', parsed(DisplayName))
    .option('--responder <id>', 'the person of the registry that this is')
    .action(({ name, displayName = name, role, responder = null }: AddOptions) => {
      const body = AccountBody.parse({ name, displayName, role, responder });
      tellCode(
        io,
        withAccess(({ accounts }) => accounts.add(body, BOX).code),
      );
    });
  group
    .command('change <name>')
    .description('change role, screen name or person, disable or enable')
    .option('--role <role>', ROLES.join(', '), roleOption)
    .option('--display-name <text>', 'what people are called on the screen', parsed(DisplayName))
    .option('--responder <id>', 'the person of the registry that this is')
    .option('--disable', 'nobody comes in with it any more, every session ends')
    .option('--enable', 'it may come in again')
    .action((name: string, { disable, enable, ...rest }: AccountChange & { disable?: true; enable?: true }) => {
      if (disable && enable) throw new EdgeError('ACCOUNT_REFUSED', 'say either --disable or --enable');
      const change = { ...rest, ...((disable || enable) && { disabled: disable === true }) };
      const { role, disabled } = withAccess(({ accounts }) => accounts.change(name, change, BOX));
      io.out(`${name} is ${role}${disabled ? ', disabled' : ''}`);
    });
  group
    .command('reset <name>')
    .description('the password no longer holds, sessions end; the code that is printed chooses a new one')
    .action((name: string) =>
      tellCode(
        io,
        withAccess(({ accounts }) => accounts.reset(name, BOX)),
      ),
    );
  group
    .command('sessions <name>')
    .description('browsers in which somebody is signed in')
    .option('--json', 'print JSON')
    .action((name: string, { json }: { json?: boolean }) => {
      const items = withAccess(({ sessions }) => sessions.of(name));
      const lines = items.map(({ id, startedAt, lastSeenAt, endsAt, address, agent }) => ({
        id,
        since: startedAt,
        'last seen': lastSeenAt,
        ends: endsAt,
        from: address,
        browser: agent,
      }));
      show(io, json, items, lines, `${name} is signed in nowhere`);
    });
  group
    .command('revoke <name> [session]')
    .description('end a session, or all of them: a stolen phone')
    .action((name: string, session: string | undefined) =>
      withAccess(({ sessions }) => {
        if (session !== undefined) sessions.end(name, session, BOX);
        const ended = session === undefined ? sessions.endAll(name, BOX) : 1;
        io.out(`${ended} ${ended === 1 ? 'session' : 'sessions'} of ${name} ended`);
      }),
    );
}

function tellCode(io: CliIo, { name, code, expiresAt }: { name: string; code: string; expiresAt: string }): void {
  io.out(`${name} chooses a password at /welcome with the code ${code} (once, until ${expiresAt})`);
}

// ------------------------------------------------------------------------------------ tokens

function addTokens(group: Command, io: CliIo): void {
  group
    .command('list', { isDefault: true })
    .description('tokens and what they may; never the tokens themselves')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) => {
      const items = withAccess(({ tokens }) => tokens.list());
      const lines = items.map(({ name, role, createdAt, expiresAt }) => ({
        name,
        role,
        issued: new Date(createdAt).toISOString(),
        expires: expiresAt === null ? 'never' : new Date(expiresAt).toISOString(),
      }));
      show(io, json, items, lines, 'there is no token');
    });
  group
    .command('issue')
    .description('a new token; it is printed this once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--role <role>', ROLES.join(', '), roleOption)
    .action(({ name, role }: { name: string; role: Role }) =>
      io.out(withAccess(({ tokens }) => tokens.issue({ name, role }, BOX))),
    );
  group
    .command('revoke <name>')
    .description('it opens nothing any more')
    .action((name: string) => {
      withAccess(({ tokens }) => tokens.revoke(name, BOX));
      io.out(`${name} opens nothing any more`);
    });
}

// ------------------------------------------------------------------------------------ shared

/** Works on the access file. Throws EDGE_CONFIG_INVALID in the demo, which has no logins. */
export function withAccess<T>(
  work: (access: Access) => T,
  config: Pick<EdgeConfig, 'demo' | 'dataDir' | 'apiToken'> = loadConfig(),
): T {
  if (config.demo) throw new EdgeError('EDGE_CONFIG_INVALID', 'the demo has no accounts: set KEEPSITE_DEMO=0');
  const store = openAccounts(config);
  try {
    const people = () => readSetup(loadConfig()).registry.people.map(({ id }) => id);
    const quiet = { info: () => undefined };
    return work(createAccess({ store, clock: createSystemClock(), people, master: config.apiToken, log: quiet }));
  } finally {
    store.close();
  }
}

function show(
  io: CliIo,
  json: boolean | undefined,
  items: object,
  lines: Record<string, string>[],
  none: string,
): void {
  if (json) io.out(JSON.stringify(items, null, 2));
  else io.out(lines.length === 0 ? none : table(lines));
}

function roleOption(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role === undefined) throw new InvalidArgumentError(`it is one of ${ROLES.join(', ')}`);
  return role;
}

function countOption(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('it is a count');
  return Number(text);
}

function parsed(schema: z.ZodType<string>) {
  return (text: string): string => {
    const read = schema.safeParse(text);
    if (read.success) return read.data;
    throw new InvalidArgumentError(read.error.issues.map(({ message }) => message).join('; '));
  };
}
