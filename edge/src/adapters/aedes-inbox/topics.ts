/** Longest topic or filter that the broker looks at, characters. */
const MAX_TOPIC = 1_000;
// oxlint-disable-next-line no-control-regex -- MQTT 3.1.1 §1.5.3 forbids NUL and lets a server refuse control characters
const UNFIT = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

/** True when a client may publish on it: no wildcard, nothing of the broker's own (`$…`), no control characters. */
export function isForPublishing(topic: string, maxLevels: number): boolean {
  return isFit(topic, maxLevels) && !topic.includes('+') && !topic.includes('#');
}

/** MQTT 3.1.1 §4.7.1: `+` fills a whole level, `#` the whole last one. `$…` stays closed. */
export function isForSubscribing(filter: string, maxLevels: number): boolean {
  if (!isFit(filter, maxLevels)) return false;
  const levels = filter.split('/');
  return levels.every((level, index) => {
    if (level === '#') return index === levels.length - 1;
    return level === '+' || (!level.includes('+') && !level.includes('#'));
  });
}

function isFit(topic: string, maxLevels: number): boolean {
  if (topic.length === 0 || topic.length > MAX_TOPIC || topic.startsWith('$') || UNFIT.test(topic)) return false;
  let levels = 1;
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels += 1;
  return levels <= maxLevels;
}
