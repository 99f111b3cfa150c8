import type { MappingFault, MappingFile, MappingPreview, MappingPreviewBody } from '@keepsite/edge-contract';
import { instantMillis, instantText } from '@keepsite/edge-contract';
import { compileMapping, createDecoder, createMemory, type DeviceDialect } from '../devices/index.ts';
import type { Message } from '../domain/decoded.ts';
import type { Directory } from '../domain/directory.ts';
import { printable } from '../domain/printed.ts';
import type { KeptMessage, Store } from '../ports.ts';
import type { NamedText } from '../registry.ts';

/** How many kept messages a preview shows. */
const SHOWN = 20;

/** A mapping as it stands on the disk, and whether it can be used. */
export function mappingFile({ name: path, text: yaml }: NamedText): MappingFile {
  const compiled = compileMapping(yaml, path);
  const name = mappingName(path);
  if (compiled.ok) return { name, yaml, family: compiled.dialect.family, ok: true, errors: [] };
  return { name, yaml, family: null, ok: false, errors: faultsOf(compiled.errors) };
}

/** The name of a mapping by its file: `/…/acme-sump.yaml` is `acme-sump`. */
export function mappingName(path: string): string {
  return path.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/i, '');
}

interface PreviewParts {
  readonly mappings: readonly DeviceDialect[];
  readonly directory: Directory;
  readonly store: Pick<Store, 'kept'>;
  readonly now: number;
}

/** What the edge would make of messages if the mapping were saved. */
export function preview({ yaml, device, samples }: MappingPreviewBody, parts: PreviewParts): MappingPreview {
  const compiled = compileMapping(yaml, 'mapping.yaml');
  const shown = messagesOf({ device, samples }, parts);
  if (!compiled.ok) {
    const messages = shown.map((message) => ({ ...rawOf(message), family: null, lines: [] })).toReversed();
    return { ok: false, errors: faultsOf(compiled.errors), family: null, messages };
  }
  const { dialect } = compiled;
  const { directory, mappings } = parts;
  const decoder = createDecoder({
    mappings: [dialect, ...mappings.filter(({ family }) => family !== dialect.family)],
    zoneOf: (id) => directory.timeZone(id) ?? onlyZone(directory),
    familyOf: directory.family,
  });
  const memory = createMemory();
  // In the order in which they came, because one may announce what the next means.
  const messages = shown.map((message) => {
    const { family, lines } = decoder.decode(message, memory);
    return { ...rawOf(message), family, lines: lines.map(printable) };
  });
  return { ok: true, errors: [], family: dialect.family, messages: messages.toReversed() };
}

type Shown = Message & { readonly receivedAt: number; readonly size: number };

function rawOf({ topic, retain, payload, receivedAt, size }: Shown) {
  return { at: instantText(receivedAt), topic, retain, text: textOf(payload), size };
}

function messagesOf(
  { device, samples = [] }: Pick<MappingPreviewBody, 'device' | 'samples'>,
  parts: PreviewParts,
): Shown[] {
  const given = samples.map(({ topic, text, base64, retain, at }) => {
    const payload = base64 === undefined ? new TextEncoder().encode(text ?? '') : Buffer.from(base64, 'base64');
    return {
      topic,
      payload,
      retain,
      receivedAt: at === undefined ? parts.now : instantMillis(at),
      size: payload.length,
    };
  });
  return device === undefined ? given : [...keptOf(device, parts.store), ...given];
}

/** What a stranger has said; else what was wrong with what a known device has said. */
function keptOf(device: string, store: Pick<Store, 'kept'>): Shown[] {
  const newest = (of: Parameters<Store['kept']>[0]['of']) => store.kept({ of, newestFirst: true, limit: SHOWN });
  const said = newest({ stranger: device });
  return (said.length > 0 ? said : newest({ device })).toReversed().map(shownOf);
}

function shownOf({ topic, payload, retain, at, size }: KeptMessage): Shown {
  return { topic, payload, retain, receivedAt: at, size };
}

/** Before an adoption nobody knows where the device stands; with one zone for all sites it does not matter. */
function onlyZone({ registry }: Directory): string | undefined {
  const zones = new Set(registry.sites.map(({ zone }) => zone));
  return zones.size === 1 ? [...zones][0] : undefined;
}

function faultsOf(errors: readonly MappingFault[]): MappingFault[] {
  return errors.map(({ line, column, key, message }) => ({ line, column, key, message }));
}

/** Null where the bytes are no text. */
export function textOf(payload: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    return null;
  }
}
