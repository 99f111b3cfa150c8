import { ask, type Asked, type Heard, type Request } from '../http.ts';
import type { ChannelDeps } from '../channel.ts';

/** A difference that no provider minds. */
const TOLERANCE_MS = 60_000;

/** The provider's clock, as far as its answers have told it: this machine's own may be wrong. */
export interface VendorClock {
  /**
   * Asks with a request that is signed over the time. When the provider refuses the signature and
   * its `Date` shows that our clock is wrong, it is asked once more with the right time.
   */
  ask(sign: (now: number) => Request, refused: (heard: Heard) => boolean, deps: ChannelDeps): Promise<Asked>;
}

export function createVendorClock(): VendorClock {
  let offsetMs = 0;

  function learn({ headers }: Heard, deps: ChannelDeps): boolean {
    const theirs = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(theirs)) return false;
    const before = offsetMs;
    offsetMs = theirs - deps.wallNow();
    return Math.abs(offsetMs - before) > TOLERANCE_MS;
  }

  return {
    async ask(sign, refused, deps) {
      const asked = await ask(sign(deps.wallNow() + offsetMs), deps);
      if (asked.kind !== 'heard' || !refused(asked.heard) || !learn(asked.heard, deps)) return asked;
      return ask(sign(deps.wallNow() + offsetMs), deps);
    },
  };
}
