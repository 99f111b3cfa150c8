/** Levels of topics that name no thing. */
const COMMON = new Set(
  (
    'v1 v2 v3 api me up down event events data state states status stat tele telemetry reading readings value values ' +
    'sensor sensors info report upload json attributes property properties post thing things sys device devices dev ' +
    'topic message msg raw out in pub mqtt iot result'
  ).split(' '),
);

/** What the topic tells: the pattern with the device's level caught, and a name for its kind. */
export function topicPattern(topic: string): { pattern: string; family: string } {
  const levels = topic.split('/');
  const named = levels.flatMap((level, index) => (level === '' || COMMON.has(level.toLowerCase()) ? [] : [index]));
  const device = named.at(-1) ?? levels.length - 1;
  // Where one level is all, a capture would take every topic of one level.
  if (levels.length === 1) return { pattern: topic, family: familyName(topic) };
  const pattern = levels.map((level, index) => (index === device ? '{device}' : level)).join('/');
  const family = levels.find((level, index) => index !== device && named.includes(index)) ?? levels[device] ?? '';
  return { pattern, family: familyName(family) };
}

function familyName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name.length < 2 ? 'my-device' : name;
}

/** Whether a mapping may be kept under this name. */
export function isMappingName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,79}$/.test(name);
}

/** Whether a mapping's pattern takes a topic, as the edge reads `{name}`, `+` and `#`. */
export function matchesTopic(pattern: string, topic: string): boolean {
  const levels = topic.split('/');
  const wanted = pattern.split('/');
  if (wanted.at(-1) === '#' ? levels.length < wanted.length : levels.length !== wanted.length) return false;
  return wanted.every((level, index) => {
    if (level === '+' || level === '#') return true;
    const [before = '', after] = level.split(/\{\w+\}/);
    const here = levels[index] ?? '';
    if (after === undefined) return here === level;
    return here.length > before.length + after.length && here.startsWith(before) && here.endsWith(after);
  });
}

/** The pattern of another topic of the same device: captures stand where the known pattern has them. */
export function patternLike(known: string, topic: string): string {
  const wanted = known.split('/');
  const levels = topic
    .split('/')
    .map((level, index) => (wanted[index]?.includes('{') ? (wanted[index] ?? level) : level));
  return levels.some((level) => level.includes('{')) ? levels.join('/') : topicPattern(topic).pattern;
}
