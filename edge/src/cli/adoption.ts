import {
  type AdoptBody,
  Adopted,
  ASSET_KINDS,
  type AssetKind,
  type DiscoveredDevice,
  type DiscoveredList,
  type QuarantineGroup,
  type QuarantineGroupList,
  type Retried,
} from '@keepsite/edge-contract';
import { type Command, InvalidArgumentError } from 'commander';
import { basename, join, resolve } from 'node:path';
import { createInstaller, type Installer } from '../adoption/installer.ts';
import { removeTextFile, writeTextFile } from '../adapters/durable-file.ts';
import { createSystemClock } from '../adapters/system-clock.ts';
import { readTextFile } from '../adapters/text-files.ts';
import { openStore } from '../stores.ts';
import { type EdgeConfig, loadConfig } from '../config.ts';
import { EdgeError } from '../errors.ts';
import { createFacility } from '../facility.ts';
import { shownStranger } from '../http/routes/discovered.ts';
import { shownGroups } from '../http/routes/quarantine.ts';
import type { Store } from '../ports.ts';
import { readTexts } from '../setup.ts';
import { tellEdge } from './ask.ts';
import { type CliIo, table } from './table.ts';

const OFFLINE = 'no edge runs at the configured address';

/** `discovered`, `adopt` and `quarantine`. A running edge is asked; else the files are, and it is said so. */
export function addAdoptionCommands(program: Command, io: CliIo): void {
  program
    .command('discovered [device]')
    .description('devices that were heard and that nobody has adopted; with a device: its points and newest messages')
    .option('--json', 'print JSON')
    .action((device: string | undefined, { json }: { json?: boolean }) => listDiscovered(device, json === true, io));
  program
    .command('adopt <device>')
    .description('put a device on the map; the edge need not be restarted, nor even run')
    .requiredOption('--name <text>', 'what people call it')
    .option('--asset <id>', 'the asset that it stands on')
    .option('--new-asset <id>', 'an asset that is not in the registry yet')
    .option('--kind <kind>', `what the new asset is: ${ASSET_KINDS.join(', ')}`, assetKind)
    .option('--asset-name <text>', 'what people call the new asset; default: its id')
    .option('--asset-name-zh <text>', 'the same in Chinese; default: as --asset-name')
    .option('--zone <id>', 'the zone of the new asset')
    .option('--family <family>', 'its dialect, if it was not guessed')
    .option('--mapping <file>', 'a mapping file that describes how it speaks; it is saved')
    .option('--time-zone <iana>', 'zone of its local times, if not the site’s')
    .option('--expect-every-seconds <seconds>', 'its longest normal silence', Number)
    .option('--json', 'print JSON')
    .action((device: string, options: AdoptOptions) => adopt(device, options, io));
  program
    .command('quarantine')
    .description('messages that could not be trusted, by what is wrong with them')
    .option('--retry', 'read them once more; what they say enters history and pages nobody')
    .option('--device <device>', 'with --retry: those of one device only')
    .option('--json', 'print JSON')
    .action((options: { retry?: boolean; device?: string; json?: boolean }) => quarantine(options, io));
}

// ------------------------------------------------------------------------------------ discovered

async function listDiscovered(device: string | undefined, json: boolean, io: CliIo): Promise<void> {
  const config = loadConfig();
  const query = device === undefined ? 'limit=500' : `device=${encodeURIComponent(device)}`;
  const answer = await tellEdge<DiscoveredList>(config, 'GET', `/api/discovered?${query}`);
  const stored = answer?.items ?? withStore(config, io, (store) => storedStrangers(store));
  const items = stored.filter((it) => device === undefined || it.device === device);
  if (device !== undefined && items.length === 0)
    throw new EdgeError('DEVICE_UNKNOWN', `${device} was not heard, or has been adopted`);
  if (json) io.out(JSON.stringify(items, null, 2));
  else if (device !== undefined) io.out(items.map(portrait).join('\n'));
  else io.out(items.length === 0 ? 'everybody who was heard has been adopted' : table(items.map(discoveredLine)));
}

function storedStrangers(store: Store): DiscoveredDevice[] {
  return store.bearings().strangers.map((stranger) => shownStranger(stranger, store));
}

function discoveredLine({ device, family, name, messages, kept, lastHeardAt, points }: DiscoveredDevice) {
  return {
    device,
    family: family ?? 'unknown',
    name: name ?? '–',
    messages: String(messages),
    kept: String(kept),
    'last heard': lastHeardAt,
    points: points.slice(0, 4).map(pointText).join(', '),
  };
}

function pointText({ metric, part, value }: DiscoveredDevice['points'][number]): string {
  return `${metric}${part === null ? '' : `.${part}`}=${String(value)}`;
}

function portrait(device: DiscoveredDevice): string {
  const { samples, points, ...rest } = device;
  const facts = [rest.maker, rest.model, rest.name].filter((it) => it !== null).join(' · ');
  return [
    `${device.device}  ${device.family ?? 'no dialect recognises it'}${facts === '' ? '' : `  ${facts}`}`,
    ...(device.reason === null ? [] : [`  ${device.reason}`]),
    ...points.map((point) => `  ${pointText(point)}${point.unit === null ? '' : ` (${point.unit})`}`),
    ...samples.map(({ at, topic, text, size }) => `  ${at} ${topic} ${text ?? `${size} bytes`}`),
  ].join('\n');
}

// ------------------------------------------------------------------------------------ adopt

interface AdoptOptions {
  readonly name: string;
  readonly asset?: string;
  readonly newAsset?: string;
  readonly kind?: AssetKind;
  readonly assetName?: string;
  readonly assetNameZh?: string;
  readonly zone?: string;
  readonly family?: string;
  readonly mapping?: string;
  readonly timeZone?: string;
  readonly expectEverySeconds?: number;
  readonly json?: boolean;
}

async function adopt(device: string, options: AdoptOptions, io: CliIo): Promise<void> {
  const config = loadConfig();
  const mapping = options.mapping === undefined ? null : mappingFrom(options.mapping);
  const body = adoptBody(device, options, mapping?.name);
  const answer = (await adoptRunning(config, body, mapping)) ?? (await adoptOnFiles(config, body, mapping, io));
  const { device: bound, retried } = Adopted.parse(answer);
  if (options.json) io.out(JSON.stringify(answer, null, 2));
  else io.out(`${bound.id} (${bound.family}) stands on ${bound.asset}; ${retriedText(retried)}`);
}

interface MappingText {
  readonly name: string;
  readonly yaml: string;
}

function mappingFrom(path: string): MappingText {
  const file = readTextFile(resolve(path));
  if (file === null) throw new EdgeError('EDGE_CONFIG_INVALID', `there is no ${path}`);
  return {
    name: basename(path)
      .replace(/\.ya?ml$/i, '')
      .toLowerCase(),
    yaml: file.text,
  };
}

function adoptBody(device: string, options: AdoptOptions, mapping: string | undefined): AdoptBody {
  const { name, family, timeZone, expectEverySeconds } = options;
  const optional = Object.fromEntries(
    Object.entries({ family, mapping, timeZone, expectEverySeconds }).filter(([, value]) => value !== undefined),
  );
  return { device, name, asset: assetOf(options), ...optional };
}

function assetOf({ asset, newAsset, kind, zone, assetName, assetNameZh }: AdoptOptions): AdoptBody['asset'] {
  if ((asset === undefined) === (newAsset === undefined))
    throw new EdgeError('ADOPTION_REFUSED', 'say either --asset, or --new-asset with --kind and --zone');
  if (asset !== undefined) return asset;
  if (newAsset === undefined || kind === undefined || zone === undefined)
    throw new EdgeError('ADOPTION_REFUSED', '--new-asset needs --kind and --zone');
  const en = assetName ?? newAsset;
  return { id: newAsset, kind, zone, name: { en, zh: assetNameZh ?? en }, traits: {} };
}

async function adoptRunning(config: EdgeConfig, body: AdoptBody, mapping: MappingText | null): Promise<Adopted | null> {
  if (mapping) {
    const path = `/api/mappings/${encodeURIComponent(mapping.name)}`;
    if ((await tellEdge(config, 'PUT', path, { yaml: mapping.yaml })) === null) return null;
  }
  return tellEdge<Adopted>(config, 'POST', '/api/discovered/adopt', body);
}

/** The edge reads the files, and what was kept, when it starts. */
async function adoptOnFiles(
  config: EdgeConfig,
  body: AdoptBody,
  mapping: MappingText | null,
  io: CliIo,
): Promise<Adopted> {
  const store = openStore(config);
  io.err(`${OFFLINE}: writing to its files; it will read them, and what was kept, when it starts`);
  try {
    const installer = offlineInstaller(config, store);
    if (mapping) {
      const saved = await installer.saveMapping(mapping.name, mapping.yaml);
      if (!saved.ok)
        throw new EdgeError('EDGE_CONFIG_INVALID', 'the mapping cannot be used', {
          details: saved.errors.map(({ line, column, key, message }) => `${line}:${column}: ${key}: ${message}`),
        });
    }
    return await installer.adopt(body);
  } finally {
    store.close();
  }
}

function offlineInstaller(config: EdgeConfig, store: Store): Installer {
  const clock = createSystemClock();
  const quiet = { info: () => undefined };
  const facility = createFacility(readTexts(config), clock.now(), quiet);
  const nothing = () => Promise.resolve({ tried: 0, decoded: 0, stillRejected: 0, readings: 0 });
  return createInstaller({
    clock,
    store,
    pipeline: { strangers: () => [...store.bearings().strangers], retry: nothing, revisit: nothing },
    current: () => facility.current,
    texts: () => readTexts(config),
    prepare: (texts) => facility.prepare(texts, () => Promise.resolve()),
    writeAdopted: (text) => writeTextFile(config.adoptedFile, text),
    writeMapping: (name, text) => writeTextFile(join(config.mappingsDir, name), text),
    removeMapping: (name) => removeTextFile(join(config.mappingsDir, name)),
    log: quiet,
  });
}

function assetKind(text: string): AssetKind {
  const kind = ASSET_KINDS.find((known) => known === text);
  if (kind === undefined) throw new InvalidArgumentError(`it is one of ${ASSET_KINDS.join(', ')}`);
  return kind;
}

// ------------------------------------------------------------------------------------ quarantine

async function quarantine(
  { retry, device, json }: { retry?: boolean; device?: string; json?: boolean },
  io: CliIo,
): Promise<void> {
  const config = loadConfig();
  if (retry) {
    const body = device === undefined ? { all: true } : { device };
    const retried = await tellEdge<Retried>(config, 'POST', '/api/quarantine/retry', body);
    if (retried === null) throw new EdgeError('EDGE_REFUSED', `${OFFLINE}; start it, then try again`);
    io.out(json ? JSON.stringify(retried) : retriedText(retried));
    return;
  }
  const answer = await tellEdge<QuarantineGroupList>(config, 'GET', '/api/quarantine/groups');
  const items = answer?.items ?? withStore(config, io, shownGroups);
  if (json) io.out(JSON.stringify(items, null, 2));
  else io.out(items.length === 0 ? 'quarantine is empty' : table(items.map(groupLine)));
}

function groupLine({ count, device, family, reason, lastAt, sample, retryable }: QuarantineGroup) {
  return {
    count: String(count),
    device: device ?? '–',
    family: family ?? '–',
    'last at': lastAt,
    topic: sample.topic,
    retry: retryable ? 'yes' : 'no: cut',
    reason,
  };
}

function retriedText({ tried, decoded, stillRejected, readings }: Retried): string {
  return `${tried} kept messages were read again: ${decoded} understood, ${stillRejected} not, ${readings} readings into history`;
}

function withStore<T>(config: EdgeConfig, io: CliIo, ask: (store: Store) => T): T {
  io.err(`${OFFLINE}: reading its files`);
  const store = openStore(config);
  try {
    return ask(store);
  } finally {
    store.close();
  }
}
