import { CREDENTIAL_KINDS, type CredentialKind, type CredentialView, IssueBody, Issued } from '@keepsite/edge-contract';
import { type Command, Option } from 'commander';
import { userInfo } from 'node:os';
import type { CredentialDesk, Issuer } from '../access/credential-desk.ts';
import { createSystemClock } from '../adapters/system-clock.ts';
import { readTextFile } from '../adapters/text-files.ts';
import { createAudit } from '../access/audit.ts';
import { openAccounts, openStore } from '../stores.ts';
import { type EdgeConfig, loadConfig } from '../config.ts';
import { EdgeError } from '../errors.ts';
import { openGate, topicsHeard } from '../gate.ts';
import { readSetup } from '../setup.ts';
import { tellEdge } from './ask.ts';
import { type CliIo, table } from './table.ts';

/** `credentials issue|list|revoke`: what devices show to the embedded broker. */
export function addCredentialCommands(program: Command, io: CliIo): void {
  const group = program.command('credentials').description('what devices show to the embedded broker');
  group
    .command('issue')
    .description('make one; its secret is printed this once')
    .addOption(
      new Option('--device <device>', 'for this device, and for no other adopted one').conflicts([
        'gateway',
        'onboarding',
      ]),
    )
    .addOption(
      new Option('--gateway <name>', 'for what speaks for many devices, over one connection or several').conflicts(
        'onboarding',
      ),
    )
    .option('--onboarding <name>', 'shared by newcomers: they are heard, and kept until somebody adopts them')
    .option('--name <name>', 'with --device: another user name than its id')
    .option('--publish <filter...>', 'topics that it may publish on; default: where the device was heard')
    .option('--subscribe <filter...>', 'topics that it may subscribe to; default: as --publish')
    .option('--no-retain', 'the broker keeps nothing of it')
    .option('--client-id <id>', 'MQTT client id to connect with; default: the name')
    .addOption(new Option('--any-client-id', 'or any client id that is nobody else’s').conflicts('clientId'))
    .option('--certificate <file>', 'PEM: it shows this certificate instead of a secret')
    .option('--json', 'print JSON')
    .action((options: IssueOptions) => issue(options, io));
  group
    .command('list')
    .description('all of them, revoked ones too; never a secret')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => list(options, io));
  group
    .command('revoke <name>')
    .description('nobody comes in with it any more, and who is in is out')
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: boolean }) => revoke(name, options, io));
}

interface IssueOptions extends Partial<Record<CredentialKind, string>> {
  readonly name?: string;
  readonly publish?: string[];
  readonly subscribe?: string[];
  readonly retain: boolean;
  readonly clientId?: string;
  readonly anyClientId?: boolean;
  readonly certificate?: string;
  readonly json?: boolean;
}

async function issue(options: IssueOptions, io: CliIo): Promise<void> {
  const config = loadConfig();
  const body = issueBody(options);
  const issued =
    (await ask<Issued>(config, 'POST', '/api/credentials', body)) ??
    (await onFile(config, io, (desk, issuer) => desk.issue(body, issuer)));
  const { credential, secret } = Issued.parse(issued);
  if (options.json) return io.out(JSON.stringify(issued, null, 2));
  io.out(portrait(credential, secret));
}

function issueBody(options: IssueOptions): IssueBody {
  const kind = CREDENTIAL_KINDS.find((it) => options[it] !== undefined);
  if (kind === undefined) throw refused('say for whom: --device, --gateway or --onboarding');
  const body = {
    kind,
    name: kind === 'device' ? options.name : options[kind],
    device: kind === 'device' ? options.device : undefined,
    publish: options.publish,
    subscribe: options.subscribe,
    mayRetain: options.retain ? undefined : false,
    clientId: options.anyClientId ? null : options.clientId,
    certificate: options.certificate === undefined ? undefined : certificateFrom(options.certificate),
  };
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  const parsed = IssueBody.safeParse(given);
  if (parsed.success) return parsed.data;
  throw refused(parsed.error.issues.map(({ path, message }) => `${path.join(' ')} ${message}`).join('; '));
}

function certificateFrom(path: string): string {
  const file = readTextFile(path);
  if (file === null) throw refused(`there is no ${path}`);
  return file.text;
}

function portrait(credential: CredentialView, secret: string | null): string {
  const { name, clientId, publish, subscribe, fingerprint } = credential;
  const proof = secret === null ? `certificate  ${fingerprint}` : `password     ${secret}`;
  return [
    `user name    ${name}`,
    proof,
    `client id    ${clientId ?? 'any that is nobody else’s'}`,
    `publishes    ${publish.join(' ')}`,
    `subscribes   ${subscribe.join(' ') || 'to nothing'}`,
    ...(secret === null ? [] : ['The password is shown this once: the edge keeps no copy of it.']),
  ].join('\n');
}

async function list({ json }: { json?: boolean }, io: CliIo): Promise<void> {
  const config = loadConfig();
  const answer = await ask<{ items: CredentialView[] }>(config, 'GET', '/api/credentials');
  const items = answer?.items ?? (await onFile(config, io, async (desk) => desk.list()));
  if (json) io.out(JSON.stringify(items, null, 2));
  else io.out(items.length === 0 ? 'there is no credential' : table(items.map(line)));
}

function line({ name, kind, clientId, publish, fingerprint, lastSeenAt, revokedAt, denied }: CredentialView) {
  return {
    name,
    kind,
    proof: fingerprint === null ? 'secret' : 'certificate',
    'client id': clientId ?? 'any',
    'last seen': lastSeenAt ?? 'never',
    revoked: revokedAt ?? '–',
    denied: denied === null ? '–' : `${denied.count}, last ${denied.topic}`,
    publishes: publish.join(' '),
  };
}

async function revoke(name: string, { json }: { json?: boolean }, io: CliIo): Promise<void> {
  const config = loadConfig();
  const path = `/api/credentials/${encodeURIComponent(name)}/revoke`;
  const revoked =
    (await ask<CredentialView>(config, 'POST', path, {})) ??
    (await onFile(config, io, (desk, issuer) => desk.revoke(name, issuer)));
  io.out(json ? JSON.stringify(revoked, null, 2) : `${revoked.name} is revoked`);
}

/** Null: no edge runs, or there is no token to show to it; then its file is used, which it looks at every two seconds. */
async function ask<T>(config: EdgeConfig, method: string, path: string, body?: object): Promise<T | null> {
  return canAsk(config) ? tellEdge<T>(config, method, path, body) : null;
}

function canAsk({ demo, apiToken }: EdgeConfig): boolean {
  return demo || apiToken !== null;
}

async function onFile<T>(
  config: EdgeConfig,
  io: CliIo,
  work: (desk: CredentialDesk, issuer: Issuer) => Promise<T>,
): Promise<T> {
  io.err('writing to the edge’s own file; an edge that runs follows within two seconds');
  const accounts = openAccounts(config);
  const clock = createSystemClock();
  const gate = openGate(config, {
    clock,
    ownClients: new Set(),
    topicsOf: (device) => heardOnFile(device, config),
    expel: () => Promise.resolve(),
    record: createAudit({ store: accounts, clock, log: { info: () => undefined } }).record,
  });
  if (gate.warning !== null) io.err(gate.warning);
  try {
    return await work(gate.desk, { by: `command:${userInfo().username}`, address: null });
  } finally {
    gate.close();
    accounts.close();
  }
}

/** The store belongs to the edge while it runs: it is opened only when nobody answered. */
function heardOnFile(device: string, config: EdgeConfig): readonly string[] {
  const { registry } = readSetup(config);
  if (!canAsk(config)) return topicsHeard(device, registry, { devices: [], strangers: [] });
  const store = openStore(config);
  try {
    return topicsHeard(device, registry, store.bearings());
  } finally {
    store.close();
  }
}

function refused(why: string): EdgeError {
  return new EdgeError('CREDENTIAL_REFUSED', why);
}
