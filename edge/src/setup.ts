import type { Registry } from '@keepsite/edge-contract';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { readTextFile, readYamlDirectory, type TextFile } from './adapters/text-files.ts';
import type { EdgeConfig } from './config.ts';
import { compileMapping, type DeviceDialect } from './devices/index.ts';
import type { Rule } from './domain/rule.ts';
import { EdgeError } from './errors.ts';
import { EMPTY_REGISTRY, parseRegistry } from './registry.ts';
import { parseRules, ruleErrorText } from './rules/parse.ts';

/** The rules that every edge comes with. */
const OWN_RULES = join(import.meta.dirname, '../rules');

/** What an installer has written down for this edge. */
export interface Setup {
  readonly registry: Registry;
  readonly rules: readonly Rule[];
  readonly mappings: readonly DeviceDialect[];
}

/** The texts that a setup is made of; null: there is no such file. */
export interface SetupTexts {
  readonly registry: TextFile | null;
  readonly adopted: TextFile | null;
  readonly rules: readonly TextFile[];
  readonly mappings: readonly TextFile[];
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
  };
}

/** The default directory comes into being with the first mapping; one that was named must be there. */
function isOptional(mappingsDir: string, adoptedFile: string): boolean {
  return mappingsDir === join(dirname(adoptedFile), 'mappings') && !existsSync(mappingsDir);
}

/** The same for texts that need not be on the disk yet. */
export function understand(texts: SetupTexts): Setup {
  const faults: string[] = [];
  const registry = readRegistry(texts, faults);
  const rules = texts.rules.flatMap((file) => readRules(file, faults));
  const mappings = texts.mappings.flatMap((file) => readMapping(file, faults));
  if (faults.length === 0) return { registry, rules: own(rules), mappings };
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
  const parsed = parseRegistry(text, name, adopted);
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
