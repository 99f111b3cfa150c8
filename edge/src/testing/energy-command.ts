import { runEnergy } from '../cli/energy.ts';
import { assertWaitsLonger } from './patience.ts';

/** `npm run energy -- …` with these words, apart by one blank each, on files that `read` answers as text or bytes. */
export function runEnergyCommand(words: string, read: (file: string) => string | Uint8Array) {
  assertWaitsLonger();
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
