import { Calendar, type Registry } from '@keepsite/edge-contract';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { readTextFile, readYamlDirectory, type TextFile } from './adapters/text-files.ts';
import type { EdgeConfig } from './config.ts';
import { compileMapping, type DeviceDialect } from './devices/index.ts';
import type { Rule } from './domain/rule.ts';
import { EdgeError } from './errors.ts';
import { EMPTY_REGISTRY, parseRegistry } from './registry.ts';
import { answering, readKept, type ResponseTexts } from './response/kept.ts';
import { parseRules, ruleErrorText } from './rules/parse.ts';

/** The rules that every edge comes with. */
const OWN_RULES = join(import.meta.dirname, '../rules');

/** The calendars that every edge comes with. */
const OWN_CALENDARS = dirname(fileURLToPath(import.meta.resolve('@keepsite/edge-response/calendars/china.yaml')));

/** What an installer has written down for this edge. */
export interface Setup {
  readonly registry: Registry;
  readonly rules: readonly Rule[];
  readonly mappings: readonly DeviceDialect[];
  /** Where people, rosters and plans come from, and what of them cannot be used. */
  readonly response: { readonly version: number | null; readonly trouble: string | null };
}

/** The texts that a setup is made of; null: there is no such file. */
export interface SetupTexts {
  readonly registry: TextFile | null;
  readonly adopted: TextFile | null;
  readonly rules: readonly TextFile[];
  readonly mappings: readonly TextFile[];
  readonly response: ResponseTexts;
}

type SetupPlaces = Pick<EdgeConfig, 'registryFile' | 'adoptedFile' | 'rulesDir' | 'mappingsDir'>;

/** Reads registry, rules and mappings; throws EDGE_CONFIG_INVALID with the faults of all files at once. */
export function readSetup(config: SetupPlaces): Setup {
  return understand(readTexts(config));
}

/** The files as they are on the disk just now. */
export function readTexts({ registryFile, adoptedFile, rulesDir, mappingsDir }: SetupPlaces): SetupTexts {
  return {
    registry: readTextFile(registryFile),
    adopted: readTextFile(adoptedFile),
    rules: [OWN_RULES, ...(rulesDir === null ? [] : [rulesDir])].flatMap(readYamlDirectory),
    mappings: isOptional(mappingsDir, adoptedFile) ? [] : readYamlDirectory(mappingsDir),
    response: readResponse(responseFiles(adoptedFile)),
  };
}

/** Where the edge keeps what the cloud sent of who responds, what that replaced, and what was changed here. */
export function responseFiles(adoptedFile: string): Record<keyof ResponseTexts, string> {
  const file = (name: string) => join(dirname(adoptedFile), name);
  return {
    pulled: file('response.json'),
    former: file('response.former.json'),
    changes: file('roster-changes.json'),
  };
}

function readResponse({ pulled, former, changes }: Record<keyof ResponseTexts, string>): ResponseTexts {
  const text = (path: string) => readTextFile(path)?.text ?? null;
  return { pulled: text(pulled), former: text(former), changes: text(changes) };
}

let calendars: readonly Calendar[] | null = null;

/** The calendars that Keepsite comes with; they are part of the program, so they are read once. */
export function ownCalendars(): readonly Calendar[] {
  calendars ??= readYamlDirectory(OWN_CALENDARS).map(({ text }) => Calendar.parse(parse(text)));
  return calendars;
}

/** The default directory comes into being with the first mapping; one that was named must be there. */
function isOptional(mappingsDir: string, adoptedFile: string): boolean {
  return mappingsDir === join(dirname(adoptedFile), 'mappings') && !existsSync(mappingsDir);
}

/** The same for texts that need not be on the disk yet. */
export function understand(texts: SetupTexts): Setup {
  const faults: string[] = [];
  const base = readRegistry(texts, faults);
  const kept = readKept(texts.response, ownCalendars());
  const { registry, trouble } = answering(base, kept, ownCalendars());
  const rules = texts.rules.flatMap((file) => readRules(file, faults));
  const mappings = texts.mappings.flatMap((file) => readMapping(file, faults));
  const troubles = [kept.trouble, trouble].filter((it) => it !== null);
  const response = { version: kept.configuration?.version ?? null, trouble: troubles.join('; ') || null };
  if (faults.length === 0) return { registry, rules: own(rules), mappings, response };
  throw new EdgeError('EDGE_CONFIG_INVALID', `The setup cannot be used: ${faults.join('; ')}`, { details: faults });
}

/** The faults of one file of rules, a line each; none: it can be used. */
export function ruleFaults(file: TextFile): string[] {
  const faults: string[] = [];
  readRules(file, faults);
  return faults;
}

/** The faults of one mapping file, a line each; none: it can be used. */
export function mappingFaults(file: TextFile): string[] {
  const faults: string[] = [];
  readMapping(file, faults);
  return faults;
}

function readRegistry({ registry: file, adopted }: SetupTexts, faults: string[]): Registry {
  if (file === null && adopted === null) return EMPTY_REGISTRY;
  const { text, name } = file ?? { text: stringify(EMPTY_REGISTRY), name: adopted?.name ?? '' };
  const parsed = parseRegistry(text, name, adopted, ownCalendars());
  if (parsed.ok) return parsed.registry;
  faults.push(...parsed.faults);
  return EMPTY_REGISTRY;
}

function readRules(file: TextFile, faults: string[]): readonly Rule[] {
  const parsed = parseRules(file.text, file.name);
  if (parsed.ok) return parsed.rules;
  faults.push(...parsed.errors.map(ruleErrorText));
  return [];
}

function readMapping(file: TextFile, faults: string[]): DeviceDialect[] {
  const compiled = compileMapping(file.text, file.name);
  if (compiled.ok) return [compiled.dialect];
  for (const { file: name, line, column, key, message } of compiled.errors)
    faults.push(`${name}:${line}:${column}: ${key === '' ? '' : `${key}: `}${message}`);
  return [];
}

/** A rule of one's own under the id of a built-in one takes its place. */
function own(rules: readonly Rule[]): Rule[] {
  return [...new Map(rules.map((rule) => [rule.id, rule])).values()];
}
