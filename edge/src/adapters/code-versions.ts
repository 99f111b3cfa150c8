import { z } from 'zod';
import type { CodeVersions } from '../acting/codes.ts';
import { EdgeError } from '../errors.ts';
import { writeTextFile } from './durable-file.ts';
import { readTextFile } from './text-files.ts';

const Versions = z.record(z.string(), z.int().positive());

/**
 * How often the codes of assets were replaced, as JSON in a file of its own: the command line and the
 * running edge both read it. Reading throws EDGE_CONFIG_INVALID for a file that somebody has damaged:
 * codes that were replaced must not prove anything again.
 */
export function createCodeVersions(path: string): CodeVersions {
  return {
    read() {
      const file = readTextFile(path);
      if (file === null) return {};
      const parsed = Versions.safeParse(jsonOf(file.text));
      if (parsed.success) return parsed.data;
      throw new EdgeError('EDGE_CONFIG_INVALID', `${path} is damaged: bring it back from a copy, or remove it`, {
        details: [`${path} is no list of versions`],
      });
    },
    write: (versions) => writeTextFile(path, `${JSON.stringify(versions, null, 2)}\n`),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
