/**
 * The filters that give a device what it has been speaking on: all under the level that bears its id,
 * and a topic as a whole where no level does (then others may speak beside it).
 */
export function ownSpace(topics: readonly string[], device: string): string[] {
  return [...new Set(topics.map((topic) => spaceOf(topic, device)))];
}

function spaceOf(topic: string, device: string): string {
  const levels = topic.split('/');
  const own = levels.indexOf(device);
  if (own < 0) return topic;
  return [...levels.slice(0, own + 1), '#'].join('/');
}
