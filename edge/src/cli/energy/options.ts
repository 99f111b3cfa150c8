import { InvalidArgumentError } from 'commander';
import type { CliIo } from '../table.ts';

/** What a subcommand reads and writes; the process's own in real life, strings in a test. */
export interface EnergyIo extends CliIo {
  readonly read: (file: string) => Uint8Array;
}

/** An IANA zone that this runtime knows. */
export function zoneOption(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone && text;
  } catch {
    throw new InvalidArgumentError('it is no IANA zone, such as Asia/Shanghai');
  }
}

/** An option that takes one of these words. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((known) => known === text);
    if (word === undefined) throw new InvalidArgumentError(`it is one of ${words.join(', ')}`);
    return word;
  };
}
