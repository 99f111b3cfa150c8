import { InputError } from './input-error.ts';
import type { EnergyIo } from './options.ts';

/** Says why no number is given, with `--json` also on standard output; exit code 2. */
export function refusal(method: string, reasons: readonly string[], json: boolean, io: EnergyIo): InputError {
  if (json) io.out(JSON.stringify({ method, refused: true, reasons }, null, 2));
  return new InputError(`${method} is refused:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
}
