interface Node {
  readonly levels: Map<string, Node>;
  /** A filter ends here. */
  ends: boolean;
}

/** Many topic filters, asked at once: what an answer costs follows from the topic's levels, not from how many filters there are. */
export interface FilterTree {
  /** True when the topic is under one of them. */
  matches(topic: string): boolean;
}

export function createFilterTree(filters: Iterable<string>): FilterTree {
  const root = newNode();
  for (const filter of filters) {
    let node = root;
    for (const level of filter.split('/')) node = child(node, level);
    node.ends = true;
  }
  return { matches: (topic) => !topic.startsWith('$') && find(root, topic.split('/'), 0) };
}

function newNode(): Node {
  return { levels: new Map(), ends: false };
}

function child(node: Node, level: string): Node {
  const there = node.levels.get(level);
  if (there) return there;
  const made = newNode();
  node.levels.set(level, made);
  return made;
}

function find(node: Node, topic: readonly string[], depth: number): boolean {
  if (node.levels.has('#')) return true;
  const level = topic[depth];
  if (level === undefined) return node.ends;
  return [node.levels.get(level), node.levels.get('+')].some((next) => next && find(next, topic, depth + 1));
}
