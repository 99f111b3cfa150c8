import type { Registry } from '@keepsite/edge-contract';
import { join } from 'node:path';
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

/** Reads registry, rules and mappings; throws EDGE_CONFIG_INVALID with the faults of all files at once. */
export function readSetup(config: Pick<EdgeConfig, 'registryFile' | 'rulesDir' | 'mappingsDir'>): Setup {
  const faults: string[] = [];
  const registry = readRegistry(config.registryFile, faults);
  const ruleFiles = [OWN_RULES, ...(config.rulesDir === null ? [] : [config.rulesDir])].flatMap(readYamlDirectory);
  const rules = ruleFiles.flatMap((file) => readRules(file, faults));
  const mappingFiles = config.mappingsDir === null ? [] : readYamlDirectory(config.mappingsDir);
  const mappings = mappingFiles.flatMap((file) => readMapping(file, faults));
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

function readRegistry(path: string, faults: string[]): Registry {
  const file = readTextFile(path);
  if (file === null) return EMPTY_REGISTRY;
  const parsed = parseRegistry(file.text, file.name);
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
