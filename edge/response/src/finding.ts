/** A sentence about something that a person has written down. */
export interface Finding {
  /** An error refuses the whole configuration; a warning does not. */
  readonly level: 'error' | 'warning';
  /** Where it stands, e.g. `plans.seven-minutes.steps.2`. */
  readonly place: string;
  /** Which field of that place, e.g. `skills`; absent: the whole of it. */
  readonly field?: string | undefined;
  readonly text: { readonly en: string; readonly zh: string };
}

/** Makes findings about one place. */
export interface Teller {
  error(en: string, zh: string, where?: string): void;
  warning(en: string, zh: string, where?: string): void;
  /** The same about one field of the place. */
  on(field: string): Teller;
}

/** A teller that writes into a list. */
export function teller(found: Finding[], place: string, field?: string): Teller {
  const tell = (level: Finding['level']) => (en: string, zh: string, where?: string) => {
    const whole = where === undefined ? place : `${place}.${where}`;
    found.push({ level, place: whole, ...(field !== undefined && { field }), text: { en, zh } });
  };
  return { error: tell('error'), warning: tell('warning'), on: (one) => teller(found, place, one) };
}

/** A finding as one line. */
export function findingText({ place, text }: Finding): string {
  return `${place}: ${text.en}`;
}
