/** A topic pattern as it is matched: names of its captures in order, and the expression. */
export interface TopicPattern {
  readonly expression: RegExp;
  readonly names: readonly string[];
}
export type Captures = ReadonlyMap<string, string>;

const CAPTURE = /\{([a-z][a-z0-9_]*)\}/gi;

/** Compiles `plant/{site}/meter-{device}/+/#`; otherwise says what is wrong with it. */
export function compileTopic(pattern: string): TopicPattern | string {
  const levels = pattern.split('/');
  const names: string[] = [];
  const parts: string[] = [];
  for (const [index, level] of levels.entries()) {
    if (level === '#' && index < levels.length - 1) return '"#" may only be the last level';
    const part = compileLevel(level, names);
    if (part === undefined) return `level "${level}" is not a text with at most one {capture}, nor + or #`;
    parts.push(part);
  }
  if (new Set(names).size < names.length) return 'a capture is named twice';
  return { expression: new RegExp(`^${parts.join('/')}$`, 'su'), names };
}

function compileLevel(level: string, names: string[]): string | undefined {
  if (level === '+') return '[^/]*';
  if (level === '#') return '.*';
  const found = [...level.matchAll(CAPTURE)];
  const literal = level.replace(CAPTURE, '');
  if (found.length > 1 || /[{}+#]/.test(literal)) return undefined;
  const name = found[0]?.[1];
  if (name === undefined) return escaped(level);
  names.push(name);
  const [before = '', after = ''] = level.split(`{${name}}`);
  return `${escaped(before)}([^/]+)${escaped(after)}`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, (sign) => (sign === '-' ? '-' : `\\${sign}`));
}

/** What the pattern's captures hold in a topic; undefined when it does not match. */
export function matchTopic(pattern: TopicPattern, topic: string): Captures | undefined {
  const found = pattern.expression.exec(topic);
  if (!found) return undefined;
  return new Map(pattern.names.map((name, index) => [name, found[index + 1] ?? '']));
}

/** Puts captures into a text with `{name}`. */
export function fillCaptures(text: string, captures: Captures): string {
  return text.includes('{') ? text.replace(CAPTURE, (_, name: string) => captures.get(name) ?? '') : text;
}

/** The captures that a text asks for. */
export function capturesIn(text: string): string[] {
  return [...text.matchAll(CAPTURE)].map((found) => found[1] ?? '');
}
