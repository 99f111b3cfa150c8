/** Whose message the broker keeps on which topic, where a credential said it. */
export interface RetainedLedger {
  /** Notes that the owner wants a message kept; false: one topic too many, it must not be. Null: nobody in particular. */
  keep(owner: string | null, topic: string): boolean;
  /** What was kept on the topic is no longer. */
  drop(topic: string): void;
  /** Ends with the owner: the topics on which its messages are kept. */
  release(owner: string): string[];
}

/** At most `perOwner` topics each: a device that invents topics must not take the room of the others. */
export function createRetainedLedger(perOwner: number): RetainedLedger {
  const ownerOf = new Map<string, string>();
  const topicsOf = new Map<string, Set<string>>();

  function drop(topic: string): void {
    const owner = ownerOf.get(topic);
    if (owner === undefined) return;
    ownerOf.delete(topic);
    topicsOf.get(owner)?.delete(topic);
  }

  return {
    keep(owner, topic) {
      if (owner === null) {
        drop(topic);
        return true;
      }
      const topics = topicsOf.get(owner) ?? new Set<string>();
      if (topics.has(topic)) return true;
      if (topics.size >= perOwner) return false;
      drop(topic);
      ownerOf.set(topic, owner);
      topicsOf.set(owner, topics.add(topic));
      return true;
    },
    drop,
    release(owner) {
      const topics = [...(topicsOf.get(owner) ?? [])];
      for (const topic of topics) ownerOf.delete(topic);
      topicsOf.delete(owner);
      return topics;
    },
  };
}
