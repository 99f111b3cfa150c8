/**
 * True when the topic is under the filter (MQTT 3.1.1 §4.7): `+` stands for one level, `#` for the
 * rest, the level before it included. `$…` is under no filter: those topics are the broker's own.
 */
export function matches(filter: string, topic: string): boolean {
  return !topic.startsWith('$') && contains(filter, topic);
}

/**
 * True when everything under the filter `asked` is under the filter `granted` too; a topic is a filter
 * without wildcards. Both must be well-formed.
 */
export function contains(granted: string, asked: string): boolean {
  // Every topic has a first level.
  if (granted === '#' || granted === '+/#') return true;
  const mine = granted.split('/');
  const theirs = asked.split('/');
  for (const [index, level] of mine.entries()) {
    if (level === '#') return true;
    const other = theirs[index];
    if (other === undefined || other === '#') return false;
    if (level !== '+' && level !== other) return false;
  }
  return theirs.length === mine.length;
}

/** True when one of the filters grants all of `asked`. */
export function isGranted(granted: readonly string[], asked: string): boolean {
  return granted.some((filter) => contains(filter, asked));
}
