import { EventEmitter } from 'node:events';
import type { Aedes, Client } from 'aedes';
import { CountedError, type Refuse } from './limits.ts';

/** What aedes says when a packet did not come in time; it has no codes. */
const TIMED_OUT = /did not arrive in time$|^keep alive timeout$/;
/** It was about to answer somebody who had left. */
const LEFT = 'connection closed';

/** Counts every connection that the broker itself ends: for what the client said, or for its silence. */
export function countEndings(broker: Aedes, refuse: Refuse, isStopping: () => boolean): void {
  const ended = new WeakSet<Client>();
  const events: EventEmitter = broker;
  const count = (client: Client, error: Error): void => {
    if (ended.has(client)) return;
    // Only the first is the cause; writing to what was ended fails again.
    ended.add(client);
    if (isStopping() || error instanceof CountedError || isOfTheLine(error)) return;
    refuse(TIMED_OUT.test(error.message) ? 'timed_out' : 'protocol_error');
  };
  events.on('clientError', count);
  events.on('connectionError', count);
}

/** The client left, or the network did: errors of sockets and streams have codes. */
function isOfTheLine(error: Error): boolean {
  return 'code' in error || error.message === LEFT;
}
