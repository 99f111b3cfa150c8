import { vi } from 'vitest';
import { runEnergy } from '../cli/energy.ts';

// Whole years are reckoned, perhaps on a busy machine: whoever imports this waits longer.
vi.setConfig({ testTimeout: 60_000 });

/** `npm run energy -- …` with these words, apart by one blank each, on files that `read` answers as text or bytes. */
export function runEnergyCommand(words: string, read: (file: string) => string | Uint8Array) {
  const said = { out: [] as string[], err: [] as string[] };
  const code = runEnergy(words.split(' '), {
    read(file) {
      const content = read(file);
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    out: (text) => said.out.push(text),
    err: (text) => said.err.push(text),
  });
  return { code, out: said.out.join('\n'), err: said.err.join('\n') };
}
