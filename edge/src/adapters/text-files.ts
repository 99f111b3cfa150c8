import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeError, sentenceOf } from '../errors.ts';

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** One file; null when there is none. Throws EDGE_CONFIG_INVALID when it cannot be read. */
export function readTextFile(path: string): TextFile | null {
  if (!existsSync(path)) return null;
  try {
    return { name: path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw new EdgeError('EDGE_CONFIG_INVALID', `${path} cannot be read: ${sentenceOf(error)}`, { cause: error });
  }
}

/** Every YAML file of a directory, by name. Throws EDGE_CONFIG_INVALID when there is no such directory. */
export function readYamlDirectory(directory: string): TextFile[] {
  try {
    return readdirSync(directory)
      .filter((name) => /\.ya?ml$/i.test(name))
      .toSorted()
      .flatMap((name) => readTextFile(join(directory, name)) ?? []);
  } catch (error) {
    if (error instanceof EdgeError) throw error;
    throw new EdgeError('EDGE_CONFIG_INVALID', `${directory} cannot be read: ${sentenceOf(error)}`, { cause: error });
  }
}
