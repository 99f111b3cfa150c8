/** What may cut a wait short; `end` cuts every wait. */
export const NUDGES = ['any', 'urgent'] as const;
export type Nudge = (typeof NUDGES)[number];

/** Real time to wait in a loop, cut short from outside. A nudge that comes while nobody waits for it is kept. */
export interface Pause {
  /** Resolves after `ms`, at a nudge of at least that kind, or at the end. True: a nudge cut it short, and is used up. */
  wait(ms: number, cutBy?: Nudge): Promise<boolean>;
  /** Resolves after `ms` or at the end, whatever nudges come. */
  rest(ms: number): Promise<void>;
  nudge(kind?: Nudge): void;
  /** From now on nothing waits. */
  end(): void;
  readonly ended: boolean;
}

const NEVER = NUDGES.length;

export function createPause(): Pause {
  /** Strongest nudge that nobody has used up yet, as an index into NUDGES. */
  let kept = -1;
  let ended = false;
  let waiter: { readonly from: number; readonly wakeUp: () => void } | null = null;

  async function until(ms: number, from: number): Promise<boolean> {
    if (!ended && kept < from) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        const wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
        waiter = { from, wakeUp };
      });
      waiter = null;
    }
    const isNudged = kept >= from;
    if (isNudged) kept = -1;
    return isNudged;
  }

  return {
    wait: (ms, cutBy = 'any') => until(ms, NUDGES.indexOf(cutBy)),
    async rest(ms) {
      await until(ms, NEVER);
    },
    nudge(kind = 'any') {
      kept = Math.max(kept, NUDGES.indexOf(kind));
      if (waiter && kept >= waiter.from) waiter.wakeUp();
    },
    end() {
      ended = true;
      waiter?.wakeUp();
    },
    get ended() {
      return ended;
    },
  };
}
