import { Tariff, tariffFromOpenEi } from '@keepsite/edge-energy';
import { parse } from 'yaml';
import { z } from 'zod';
import { InputError } from './input-error.ts';
import type { EnergyIo } from './options.ts';

/** A price book (YAML or JSON), or a rate of OpenEI, whose zone is not in it. Throws an {@link InputError}. */
export function readTariff(file: string, zone: string, io: EnergyIo): Tariff {
  try {
    const book: unknown = parse(new TextDecoder().decode(io.read(file)));
    return typeof book === 'object' && book !== null && 'items' in book
      ? tariffFromOpenEi(book, zone)
      : Tariff.parse(book);
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new InputError(`${file} is no price book: ${reason}`, { cause: error });
  }
}
