import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Millis } from '@keepsite/edge-contract';
import type { Clock, ScalableClock } from '../ports.ts';

/** Real time for which the file is written ahead while the clock runs fast. */
const RESERVE_MS = 2_000;

const Saved = z.object({ offset: z.number().min(0) });

interface Waiter {
  readonly at: Millis;
  readonly callback: () => void;
  cancel: () => void;
}

/**
 * A clock for the demo: `now()` = base + (real − base) · scale. `file` keeps how far it is ahead of
 * the real clock, so that a restart never steps back: the offset is written down before it is
 * reached, at most two real seconds ahead. A restart runs at scale 1.
 */
export function createDemoClock(real: Clock, file: string): ScalableClock & { close(): void } {
  const waiters = new Set<Waiter>();
  let written = read(file);
  let realBase = real.now();
  let base = realBase + written;
  let scale = 1;

  function now(): Millis {
    const elapsed = real.now() - realBase;
    const at = Math.floor(base + elapsed * scale);
    if (at - (realBase + elapsed) > written) write(at - (realBase + elapsed) + RESERVE_MS * (scale - 1));
    return at;
  }

  function write(offset: Millis): void {
    written = offset;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify({ offset }));
    renameSync(`${file}.new`, file);
  }

  /** Sleeps in real time until edge time should be there, and looks again: the scale may have changed. */
  function arm(waiter: Waiter): void {
    const realAt = real.now() + Math.ceil((waiter.at - now()) / scale);
    waiter.cancel = real.wake(realAt, () => {
      if (now() < waiter.at) return arm(waiter);
      waiters.delete(waiter);
      waiter.callback();
    });
  }

  return {
    now,
    get scale() {
      return scale;
    },
    get offsetMs() {
      return now() - real.now();
    },
    setScale(next) {
      base = now();
      realBase = real.now();
      scale = next;
      for (const waiter of waiters) {
        waiter.cancel();
        arm(waiter);
      }
    },
    wake(at, callback) {
      const waiter: Waiter = { at, callback, cancel: () => undefined };
      waiters.add(waiter);
      arm(waiter);
      return () => {
        waiters.delete(waiter);
        waiter.cancel();
      };
    },
    close() {
      write(Math.max(0, now() - real.now()));
    },
  };
}

/** A missing or damaged file is a demo that starts on real time. */
function read(file: string): Millis {
  try {
    return Saved.parse(JSON.parse(readFileSync(file, 'utf8'))).offset;
  } catch {
    return 0;
  }
}
