/** A machine that builds something else meanwhile may take this long for what usually takes a second. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;

export interface Waiting {
  /** What is waited for, for the message when it does not come. */
  readonly for: string;
  readonly withinMs?: number;
}

type Falsy = false | 0 | '' | null | undefined;

/**
 * Asks again and again, and resolves to the first answer that is not falsy. A rejected question
 * counts as no answer yet. Rejects after `withinMs` (60 s), naming what was waited for and the last answer.
 */
export async function until<T>(ask: () => T | Promise<T>, waiting: Waiting): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + (waiting.withinMs ?? PATIENCE_MS);
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer as Exclude<T, Falsy>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`waited in vain for ${waiting.for}: ${textOf(last)}`);
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

function textOf(value: unknown): string {
  return value instanceof Error ? value.message : JSON.stringify(value);
}
