import type { Principal } from '../access/roles.ts';

/** Within five seconds of a revocation the stream is closed, whoever revoked it. */
const LOOK_EVERY_MS = 2_000;

interface Stream {
  once(event: 'close', then: () => void): unknown;
  destroy(): unknown;
}

/**
 * Closes the streams of people who may no longer listen. An ordinary request is judged when it
 * comes; a stream was judged hours ago, so it is looked at again and again.
 */
export function createStreamWatch(stillHolds: (principal: Principal) => boolean, everyMs = LOOK_EVERY_MS) {
  const streams = new Map<Stream, Principal>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    for (const [stream, principal] of streams) if (!stillHolds(principal)) stream.destroy();
  }

  return (stream: Stream, principal: Principal): void => {
    streams.set(stream, principal);
    timer ??= setInterval(look, everyMs).unref();
    stream.once('close', () => {
      streams.delete(stream);
      if (streams.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
  };
}
