import { onTestFinished, vi } from 'vitest';
import { cli } from '../cli/main.ts';
import { createEdgeHome, EMPTY_REGISTRY, type EdgeHome } from './whole-edge.ts';

/** How a command ended and what it said, each line with its end. */
export interface CommandSaid {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `npm run edge -- …` with these words, in this process. */
export async function runEdgeCommand(...words: readonly string[]): Promise<CommandSaid> {
  const said = { out: '', err: '' };
  const code = await cli(words, {
    out: (line) => void (said.out += `${line}\n`),
    err: (line) => void (said.err += `${line}\n`),
  });
  return { code, ...said };
}

/**
 * The directory of an edge that the commands of a test work on. It does not run: nobody answers on its HTTP port
 * until a test starts it and says which one it got. `settings` are environment variables beside those, until the
 * test has finished. Called within a test, or within its `beforeEach`.
 */
export function createCommandHome(
  registry: string = EMPTY_REGISTRY,
  settings: Readonly<Record<string, string>> = {},
): EdgeHome {
  const home = createEdgeHome(registry);
  onTestFinished(() => void vi.unstubAllEnvs());
  const env = { KEEPSITE_DATA_DIR: home.folder, KEEPSITE_EDGE_HTTP_PORT: '1', ...settings };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return home;
}
