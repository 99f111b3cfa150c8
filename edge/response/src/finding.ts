/** A sentence about something that a person has written down. */
export interface Finding {
  /** An error refuses the whole configuration; a warning does not. */
  readonly level: 'error' | 'warning';
  /** Where it stands, e.g. `plans.seven-minutes.steps.2`. */
  readonly place: string;
  readonly text: { readonly en: string; readonly zh: string };
}

/** Makes findings about one place. */
export interface Teller {
  error(en: string, zh: string, where?: string): void;
  warning(en: string, zh: string, where?: string): void;
}

/** A teller that writes into a list. */
export function teller(found: Finding[], place: string): Teller {
  const tell = (level: Finding['level']) => (en: string, zh: string, where?: string) =>
    void found.push({ level, place: where === undefined ? place : `${place}.${where}`, text: { en, zh } });
  return { error: tell('error'), warning: tell('warning') };
}

/** A finding as one line. */
export function findingText({ place, text }: Finding): string {
  return `${place}: ${text.en}`;
}
