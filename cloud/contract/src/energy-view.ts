/** How an energy report is shown, on a page and in a PDF alike: its words, parts and charts. Nothing else is loaded with it. */
export * from './energy-charts.ts';
export { type EnergyFacts, eventStateText } from './energy-lines.ts';
export * from './energy-parts.ts';
export * from './energy-speech.ts';
export type { EnergyTable } from './energy-tables.ts';
export * from './energy-words.ts';
