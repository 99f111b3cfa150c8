import type { OutMessage } from '../devices/message.ts';
import type { Random } from '../random.ts';

/** Shares (0…1) of messages that come to harm on their way. */
export interface Harm {
  readonly drop: number;
  readonly duplicate: number;
  readonly delay: number;
  readonly corrupt: number;
}

export const NO_HARM: Harm = { drop: 0, duplicate: 0, delay: 0, corrupt: 0 };
const LONGEST_DELAY_TURNS = 40;

/** Takes the messages of a turn and gives back those that arrive in it; delayed ones come later. */
export type Chaos = (messages: readonly OutMessage[]) => OutMessage[];

/** Breaks things on purpose, the same way for the same stream. */
export function chaosOf(harm: Harm, random: Random): Chaos {
  let late: { readonly turns: number; readonly message: OutMessage }[] = [];
  const spoil = (message: OutMessage): OutMessage[] => {
    if (random.chance(harm.drop)) return [];
    const arriving = random.chance(harm.corrupt) ? corrupted(message, random) : message;
    if (random.chance(harm.delay)) {
      late.push({ turns: random.int(1, LONGEST_DELAY_TURNS), message: arriving });
      return [];
    }
    return random.chance(harm.duplicate) ? [arriving, arriving] : [arriving];
  };
  return (messages) => {
    const arrived = late.filter(({ turns }) => turns <= 1).map(({ message }) => message);
    late = late.filter(({ turns }) => turns > 1).map(({ turns, message }) => ({ turns: turns - 1, message }));
    return [...arrived, ...messages.flatMap(spoil)];
  };
}

export type HarmRead = { readonly ok: true; readonly harm: Harm } | { readonly ok: false; readonly reason: string };

/** Reads `0.02` (all four) or `drop=0.01,corrupt=0.05`. */
export function readHarm(text: string): HarmRead {
  const all = Number(text);
  if (text.trim() !== '' && isShare(all))
    return { ok: true, harm: { drop: all, duplicate: all, delay: all, corrupt: all } };
  const harm: Record<keyof Harm, number> = { ...NO_HARM };
  for (const part of text.split(',')) {
    const [name = '', share = ''] = part.split('=').map((word) => word.trim());
    if (!Object.hasOwn(harm, name) || share === '' || !isShare(Number(share))) {
      return {
        ok: false,
        reason: `"${part}" is no share of chaos; write 0.02, or drop=0.01,duplicate=0.02,delay=0.05,corrupt=0.01`,
      };
    }
    harm[name as keyof Harm] = Number(share);
  }
  return { ok: true, harm };
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

/** Cuts the message, flips a character, or makes it something else altogether. */
function corrupted(message: OutMessage, random: Random): OutMessage {
  const { payload } = message;
  const at = random.int(0, Math.max(0, payload.length - 1));
  const harms = [payload.slice(0, at), `${payload.slice(0, at)}\u0000${payload.slice(at + 1)}`, `<${payload}`];
  return { ...message, payload: random.pick(harms) };
}
