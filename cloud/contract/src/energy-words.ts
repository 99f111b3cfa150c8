import { en } from './energy-words-en.ts';
import { zh } from './energy-words-zh.ts';

export type { EnergyWords } from './energy-words-en.ts';

/** The words of an energy report, for page and PDF alike. */
export const ENERGY_WORDS = { en, zh } as const;
export type EnergyLanguage = keyof typeof ENERGY_WORDS;
