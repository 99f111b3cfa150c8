/** Enough to tell one's phone from the desk: what browsers call themselves is longer and helps nobody. */
export function browserName(agent: string): string {
  const system = /iPhone|iPad|Android|HarmonyOS|Windows|Mac OS X|Linux/.exec(agent)?.[0];
  const browser = /MicroMessenger|DingTalk|Lark|Edg|Firefox|Chrome|Safari|curl/.exec(agent)?.[0];
  const known = [NAMES.get(browser ?? '') ?? browser, system].filter((it) => it !== undefined);
  return known.length > 0 ? known.join(' · ') : agent.slice(0, 40) || '–';
}

const NAMES = new Map([
  ['Edg', 'Edge'],
  ['MicroMessenger', 'WeChat'],
]);
