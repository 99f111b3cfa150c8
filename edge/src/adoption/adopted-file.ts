import type { Asset, Device, Site, Zone } from '@keepsite/edge-contract';
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';

const HEADER = ` What was adopted on the page or by \`npm run edge -- adopt\`. The edge reads this beside its registry
 and adds to it; comments and order of yours are kept. A device that stands here is bound as this
 file says, and its lines in the registry are void.`;

/** What one adoption writes down. */
export interface Additions {
  readonly site?: Site | undefined;
  readonly zone?: Zone | undefined;
  readonly asset?: Asset | undefined;
  /** Every binding of one device, past and present: they take the place of those that stand there. */
  readonly device: readonly Device[];
}

/** The file's text with the additions in it; everything else in it stays as it was. Pure. */
export function withAdditions(text: string | null, { site, zone, asset, device }: Additions): string {
  const document: Document = parseDocument(text ?? '{}');
  const contents = isMap(document.contents) ? document.contents : document.createNode({});
  contents.flow = false;
  document.contents = contents;
  if (text === null) document.commentBefore = HEADER;
  if (site) append('sites', site, document);
  if (zone) append('zones', zone, document);
  if (asset) append('assets', asset, document);
  rebind(device, document);
  return document.toString({ lineWidth: 0 });
}

/** In place where the device stands already, so that a comment before it stays with it. */
function rebind(bindings: readonly Device[], document: Document): void {
  const list = sequence('devices', document);
  const ids = new Set(bindings.map(({ id }) => id));
  const first = list.items.findIndex((item) => isMap(item) && ids.has(String(item.get('id'))));
  const others = list.items.filter((item) => !(isMap(item) && ids.has(String(item.get('id')))));
  const nodes = bindings.map((binding) => line(binding, document));
  const before = first < 0 ? undefined : (list.items[first] as YAMLMap);
  if (before?.commentBefore && nodes[0]) nodes[0].commentBefore = before.commentBefore;
  list.items = first < 0 ? [...others, ...nodes] : [...others.slice(0, first), ...nodes, ...others.slice(first)];
}

function append(key: string, entry: object, document: Document): void {
  sequence(key, document).items.push(line(entry, document));
}

function sequence(key: string, document: Document): YAMLSeq {
  const there = document.get(key);
  if (isSeq(there)) {
    there.flow = false;
    return there;
  }
  const made = document.createNode([]) as YAMLSeq;
  document.set(key, made);
  return made;
}

/** One line an entry, as a person would write a table. */
function line(entry: object, document: Document): YAMLMap {
  const given = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
  return document.createNode(given, { flow: true }) as YAMLMap;
}
