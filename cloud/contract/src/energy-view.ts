/** How an energy report is shown, on a page and in a PDF alike: its words and its charts. Nothing else is loaded with it. */
export * from './energy-charts.ts';
export * from './energy-words.ts';
