/**
 * A pure function that keeps its answers for the texts it was asked about last: names repeat in every
 * message, and reading them costs more than all the rest. At most `most` answers are kept.
 */
export function withRecent<T>(answer: (text: string) => T, most = 2_000): (text: string) => T {
  let known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) return found as T;
    if (known.size >= most) known = new Map();
    const fresh = answer(text);
    if (text.length <= LONGEST) known.set(text, fresh);
    return fresh;
  };
}

/** A longer text is no name. */
const LONGEST = 200;
