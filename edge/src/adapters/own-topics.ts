const OURS = /^keepsite\/[^/]+\/(?:incidents|bridge|pages|assets|maintenance)(?:\/|$)/;
const ORDER = /^keepsite\/[^/]+\/incidents\/[^/]+\/commands$/;
const OUR_DISCOVERY = /\/device\/keepsite_[^/]+\/config$/;

/** True for topics that only the edge itself may speak on (DESIGN §4, MQTT): nobody else's word there counts. */
export function isOurs(topic: string): boolean {
  return topic.startsWith('keepsite/')
    ? OURS.test(topic) && !isOrder(topic)
    : topic.endsWith('/config') && OUR_DISCOVERY.test(topic);
}

/** True where people's orders about an incident are spoken, for the edge alone to hear. */
export function isOrder(topic: string): boolean {
  return ORDER.test(topic);
}

const NODE_SPEAKS = /^(?:NBIRTH|NDATA|NDEATH|DBIRTH|DDATA|DDEATH)$/;

/** The same for an edge that is this Sparkplug node: its births, data and deaths are its own, orders to it are not. */
export function ownTopics(sparkplug: { readonly group: string; readonly node: string }): (topic: string) => boolean {
  const { group, node } = sparkplug;
  return (topic) => {
    if (!topic.startsWith('spBv1.0/')) return isOurs(topic);
    const [, itsGroup, verb = '', itsNode] = topic.split('/', 4);
    return itsGroup === group && itsNode === node && NODE_SPEAKS.test(verb);
  };
}
