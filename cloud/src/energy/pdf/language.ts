import type { EnergyReport } from '@keepsite/cloud-contract';
import { ENERGY_WORDS, type EnergyWords } from '@keepsite/cloud-contract/energy-view';
import { type NumberFormat, numberFormat } from './format.ts';

export type Language = keyof typeof ENERGY_WORDS;

/** What every part of a report needs to be put into words. */
export interface Speech {
  readonly language: Language;
  readonly words: EnergyWords;
  readonly format: NumberFormat;
  readonly both: (text: { readonly en: string; readonly zh: string }) => string;
}

export function speechOf(language: Language): Speech {
  return { language, words: ENERGY_WORDS[language], format: numberFormat(language), both: (text) => text[language] };
}

/** A part of a report as content of a PDF. */
export type Part<Content> = (report: EnergyReport, speech: Speech) => Content[];
