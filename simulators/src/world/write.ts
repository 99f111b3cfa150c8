import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Registry } from '@keepsite/edge-contract';
import { stringify } from 'yaml';
import { MAPPINGS } from './mappings.ts';
import type { World } from './world.ts';

/** The edge's registry as YAML, checked against its schema; the same world gives the same bytes. */
export function registryYaml(world: World): string {
  return stringify(Registry.parse(world.registry), { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** Writes the registry, and the mapping files when a directory is given. Resolves to what was written. */
export async function writeWorld(world: World, out: string, mappings: string | undefined): Promise<string[]> {
  const files = [[out, registryYaml(world)] as const];
  if (mappings !== undefined) {
    for (const [name, mapping] of Object.entries(MAPPINGS))
      files.push([join(mappings, name), stringify(mapping)] as const);
  }
  for (const [file, text] of files) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return files.map(([file]) => file);
}
