import { createMemory, type Decoder } from '../devices/index.ts';
import { EdgeError } from '../errors.ts';
import type { Store, Stranger } from '../ports.ts';
import type { Identity } from './bindings.ts';

/** How many of a stranger's newest messages are looked at. */
const LOOKED_AT = 20;

/**
 * Who a stranger is in the dialect that somebody chose for it. Its kept messages tell: a topic that
 * nobody recognises gets the id that they name. Throws ADOPTION_REFUSED when they name none, or several.
 */
export function identify(stranger: Stranger, family: string, decoder: Decoder, store: Pick<Store, 'kept'>): Identity {
  if (family === stranger.family) return { id: stranger.device, family, topics: [] };
  const kept = store.kept({ of: { stranger: stranger.device }, newestFirst: true, limit: LOOKED_AT }).toReversed();
  const memory = createMemory();
  const results = kept.map((message) => ({
    message,
    lines: decoder.decode({ ...message, receivedAt: message.at }, memory, family).lines,
  }));
  const lines = results.flatMap((result) => result.lines);
  const ids = new Set(lines.flatMap((line) => (line.kind === 'rejected' ? [] : line.device)));
  const reason = lines.find((line) => line.kind === 'rejected');
  if (ids.size === 0)
    throw new EdgeError(
      'ADOPTION_REFUSED',
      `read as ${family}, the messages of ${stranger.device} name no device${reason?.kind === 'rejected' ? `: ${reason.reason}` : ''}`,
    );
  const [first = ''] = ids;
  const id = ids.has(stranger.device) ? stranger.device : first;
  if (ids.size > 1 && id !== stranger.device)
    throw new EdgeError('ADOPTION_REFUSED', `these messages speak of several devices: adopt ${[...ids].join(' or ')}`);
  const byForce = results.filter(({ message }) => decoder.guessFamily(message.topic, message.payload) !== family);
  return { id, family, topics: [...new Set(byForce.map(({ message }) => message.topic))] };
}
