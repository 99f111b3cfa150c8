import type {
  AdoptBody,
  Adopted,
  AssetChoice,
  Device,
  MappingFault,
  MappingFile,
  MappingPreview,
  MappingPreviewBody,
  MoveBody,
  RemovedMapping,
  Retried,
  SavedMapping,
} from '@keepsite/edge-contract';
import { EdgeError } from '../errors.ts';
import { plus } from '../pipeline/retry.ts';
import type { Clock, KeptOf, Knowledge, Pipeline, Store, Stranger } from '../ports.ts';
import type { Setup, SetupTexts } from '../setup.ts';
import { withAdditions } from './adopted-file.ts';
import { adopted, moved, released, type Identity } from './bindings.ts';
import { identify } from './identity.ts';
import { mappingFile, mappingName, preview } from './mappings.ts';
import { choosePlace } from './places.ts';

/** A setup that was found good, and has no effect yet. */
export interface Prepared {
  readonly setup: Setup;
  /** From the next transaction on the edge works with it. */
  takeEffect(): Promise<void>;
}

export interface InstallerParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<Store, 'kept'>;
  readonly pipeline: Pick<Pipeline, 'strangers' | 'retry' | 'revisit'>;
  readonly current: () => { readonly setup: Setup; readonly knowledge: Knowledge };
  /** The files as they are on the disk. */
  readonly texts: () => SetupTexts;
  /** Throws EDGE_CONFIG_INVALID with every fault. */
  readonly prepare: (texts: SetupTexts) => Prepared;
  /** Durable when they return. */
  readonly writeAdopted: (text: string) => void;
  readonly writeMapping: (fileName: string, text: string) => void;
  readonly removeMapping: (fileName: string) => void;
  readonly log: { info(fields: object, message: string): void };
}

export type MappingSaved =
  | { readonly ok: true; readonly saved: SavedMapping }
  | { readonly ok: false; readonly errors: readonly MappingFault[] };

/**
 * Puts devices on the map while the edge runs. A change is written down first, takes effect between
 * two transactions, and then what was kept is read again. Changes wait for each other; one that is
 * refused, with an EdgeError that says why, has changed nothing.
 */
export interface Installer {
  adopt(body: AdoptBody): Promise<Adopted>;
  move(body: MoveBody): Promise<Adopted>;
  release(device: string): Promise<{ readonly device: string }>;
  mappings(): MappingFile[];
  saveMapping(name: string, yaml: string): Promise<MappingSaved>;
  /** Refused while a device is read by it. */
  removeMapping(name: string): Promise<RemovedMapping>;
  preview(body: MappingPreviewBody): MappingPreview;
  retry(of: KeptOf): Promise<Retried>;
  /** Reads what was kept for devices that were adopted in the files while the edge stood still. */
  catchUp(): Promise<Retried>;
}

export function createInstaller(parts: InstallerParts): Installer {
  const { clock, pipeline, store } = parts;
  let line: Promise<unknown> = Promise.resolve();

  /** One after the other: each must see what the one before it has written. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = line.then(work, work);
    line = mine.catch(() => undefined);
    return mine;
  }

  async function bind(device: readonly Device[], where: AssetChoice | null): Promise<void> {
    const texts = parts.texts();
    const added = where === null ? {} : choosePlace(where, parts.current().setup.registry).added;
    const text = withAdditions(texts.adopted?.text ?? null, { ...added, device });
    const next = parts.prepare({ ...texts, adopted: { name: 'adopted.yaml', text } });
    parts.writeAdopted(text);
    await next.takeEffect();
  }

  async function adopt(body: AdoptBody): Promise<Adopted> {
    const { setup, knowledge } = parts.current();
    const now = clock.now();
    refuseAdopted(body.device, knowledge, now);
    const stranger = strangerOf(body, pipeline.strangers());
    const who = identityOf(body, stranger, knowledge, parts, store);
    refuseAdopted(who.id, knowledge, now);
    const { asset, site } = choosePlace(body.asset, setup.registry);
    const where = { asset: asset.id, timeZone: site.zone, now, stranger };
    const bindings = adopted(setup.registry, who, body, where);
    await bind(bindings, body.asset);
    parts.log.info({ device: who.id, family: who.family, asset: asset.id }, 'device adopted');
    const strangers = [who.id, stranger?.device ?? who.id, ...who.topics];
    return { device: bindings.at(-1) as Device, retried: await pipeline.revisit({ strangers }) };
  }

  async function move(body: MoveBody): Promise<Adopted> {
    const { setup, knowledge } = parts.current();
    const now = clock.now();
    const bound = boundDevice(body.device, knowledge, now);
    const place = body.asset === undefined ? null : choosePlace(body.asset, setup.registry);
    const to = place && { asset: place.asset.id, timeZone: place.site.zone, now };
    const bindings = moved(setup.registry, bound.device, body, to, bound.site.zone);
    await bind(bindings, body.asset ?? null);
    parts.log.info({ device: body.device, asset: place?.asset.id ?? bound.asset.id }, 'device moved');
    const { device } = boundDevice(body.device, parts.current().knowledge, now);
    return { device, retried: await pipeline.revisit({ strangers: [body.device] }) };
  }

  async function release(device: string): Promise<{ device: string }> {
    const { setup, knowledge } = parts.current();
    const bound = boundDevice(device, knowledge, clock.now());
    await bind(released(setup.registry, bound.device, bound.site.zone, clock.now()), null);
    parts.log.info({ device, asset: bound.asset.id }, 'device released');
    return { device };
  }

  async function saveMapping(name: string, yaml: string): Promise<MappingSaved> {
    const texts = parts.texts();
    const there = texts.mappings.find((file) => mappingName(file.name) === name);
    const fileName = there ? baseName(there.name) : `${name}.yaml`;
    const file = mappingFile({ name: fileName, text: yaml });
    const others = texts.mappings.filter((it) => it !== there);
    const clash = others.map(mappingFile).find(({ family }) => family !== null && family === file.family);
    if (!file.ok) return { ok: false, errors: file.errors };
    if (clash) return { ok: false, errors: [alreadyCalled(clash)] };
    // In the order of the directory: at equal sureness the earlier one decodes.
    const mappings = [...others, { name: fileName, text: yaml }].toSorted((a, b) =>
      baseName(a.name) < baseName(b.name) ? -1 : 1,
    );
    const next = parts.prepare({ ...texts, mappings });
    parts.writeMapping(fileName, yaml);
    await next.takeEffect();
    parts.log.info({ mapping: name, family: file.family }, 'mapping saved');
    const family = file.family ?? '';
    const retried = plus(await pipeline.revisit({ family }), await pipeline.retry({ family }));
    const devices = pipeline.strangers().filter((it) => it.family === family);
    return { ok: true, saved: { ...file, retried, devices: devices.map(({ device }) => device) } };
  }

  async function removeMapping(name: string): Promise<RemovedMapping> {
    const texts = parts.texts();
    const { there, family } = namedMapping(name, texts);
    const { registry } = parts.current().setup;
    const now = clock.now();
    const { directory } = parts.current().knowledge;
    const readers = registry.devices.filter(
      (it) => it.family === family && directory.device(it.id, now)?.device === it,
    );
    if (readers.length > 0) throw inUse(name, readers);
    const next = parts.prepare({ ...texts, mappings: texts.mappings.filter((it) => it !== there) });
    parts.removeMapping(baseName(there.name));
    await next.takeEffect();
    parts.log.info({ mapping: name, family }, 'mapping removed');
    if (family !== null) await pipeline.revisit({ family });
    return { name };
  }

  return {
    adopt: (body) => inTurn(() => adopt(body)),
    move: (body) => inTurn(() => move(body)),
    release: (device) => inTurn(() => release(device)),
    mappings: () => parts.texts().mappings.map(mappingFile),
    saveMapping: (name, yaml) => inTurn(() => saveMapping(name, yaml)),
    removeMapping: (name) => inTurn(() => removeMapping(name)),
    preview(body) {
      const { setup, knowledge } = parts.current();
      const { mappings } = setup;
      return preview(body, { mappings, directory: knowledge.directory, store, now: clock.now() });
    },
    retry: (of) => inTurn(() => pipeline.retry(of)),
    catchUp: () => inTurn(() => pipeline.revisit()),
  };
}

/** A topic that a mapping reads by now has become a device: it is found by the topic too. */
function strangerOf({ device, mapping }: AdoptBody, strangers: readonly Stranger[]): Stranger | undefined {
  const named = strangers.find((it) => it.device === device);
  if (named || mapping === undefined) return named;
  const speaking = strangers.filter(({ topics }) => topics.includes(device));
  if (speaking.length > 1)
    throw new EdgeError(
      'ADOPTION_REFUSED',
      `several devices speak on ${device}: adopt ${speaking.map((it) => it.device).join(' or ')}`,
    );
  return speaking[0];
}

/** The dialect that was asked for, or guessed, and who the device is in it. */
function identityOf(
  body: AdoptBody,
  stranger: Stranger | undefined,
  { decoder }: Knowledge,
  { texts }: Pick<InstallerParts, 'texts'>,
  store: Pick<Store, 'kept'>,
): Identity {
  const family =
    body.mapping === undefined ? (body.family ?? stranger?.family) : familyOfMapping(body.mapping, texts());
  if (family === undefined)
    throw new EdgeError(
      'DEVICE_UNKNOWN',
      `${body.device} was never heard here. To adopt it all the same, say its family: ${decoder.families.join(', ')}`,
    );
  if (family === null)
    throw new EdgeError(
      'ADOPTION_REFUSED',
      `no dialect recognises what ${body.device} says: name its family, or write a mapping for it`,
    );
  if (!decoder.families.includes(family))
    throw new EdgeError('ADOPTION_REFUSED', `no dialect is called ${family}; there is ${decoder.families.join(', ')}`);
  return stranger ? identify(stranger, family, decoder, store) : { id: body.device, family, topics: [] };
}

function familyOfMapping(name: string, texts: SetupTexts): string {
  const { family } = namedMapping(name, texts);
  if (family === null) throw new EdgeError('MAPPING_UNKNOWN', `the mapping ${name} cannot be used: mend it first`);
  return family;
}

/** A mapping's file and what it calls its kind of device; null while it has mistakes. Throws MAPPING_UNKNOWN. */
function namedMapping(name: string, { mappings }: SetupTexts) {
  const there = mappings.find((file) => mappingName(file.name) === name);
  if (there) return { there, family: mappingFile(there).family };
  const names = mappings.map((file) => mappingName(file.name));
  const rest = names.length > 0 ? `; there is ${names.join(', ')}` : '';
  throw new EdgeError('MAPPING_UNKNOWN', `there is no mapping ${name}${rest}`);
}

function inUse(name: string, readers: readonly Device[]): EdgeError {
  const some = readers
    .slice(0, 3)
    .map(({ id }) => id)
    .join(', ');
  const more = readers.length > 3 ? ` and ${readers.length - 3} more` : '';
  return new EdgeError('MAPPING_IN_USE', `by ${name} the edge reads ${some}${more}; release what is read by it first`);
}

function refuseAdopted(device: string, { directory }: Knowledge, now: number): void {
  const bound = directory.device(device, now);
  if (bound)
    throw new EdgeError(
      'DEVICE_ADOPTED',
      `${device} stands on ${bound.asset.id} already; move it, or release it first`,
    );
}

function boundDevice(device: string, { directory }: Knowledge, now: number) {
  const bound = directory.device(device, now);
  if (!bound) throw new EdgeError('DEVICE_UNKNOWN', `nobody has adopted ${device}`);
  return bound;
}

function alreadyCalled({ name, family }: MappingFile): MappingFault {
  return { line: 1, column: 1, key: 'family', message: `the mapping ${name} is called ${family} already` };
}

function baseName(path: string): string {
  return path.replace(/^.*[\\/]/, '');
}
