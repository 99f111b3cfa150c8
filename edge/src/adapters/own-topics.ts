const OURS = /^keepsite\/[^/]+\/(?:incidents|bridge|pages)(?:\/|$)/;

/** True for topics that only the edge itself may speak on (DESIGN §4, MQTT): nobody else's word there counts. */
export function isOurs(topic: string): boolean {
  return topic.startsWith('keepsite/') && OURS.test(topic);
}
