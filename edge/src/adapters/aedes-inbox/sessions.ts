import type { Aedes } from 'aedes';
import type { Persistence } from './memory.ts';

/** What aedes' own handlers use and its types leave out. */
export interface InnerBroker {
  readonly persistence: Persistence;
  readonly clients: Readonly<Record<string, unknown>>;
}

export function innerOf(broker: Aedes): InnerBroker {
  return broker as unknown as InnerBroker;
}

/** Forgets what was kept for a client id: its subscriptions, what waits for it, and what it had half said. */
export async function endSession({ persistence }: Pick<InnerBroker, 'persistence'>, id: string): Promise<void> {
  await Promise.all([persistence.cleanSubscriptions({ id }), persistence.cleanIncoming({ id })]);
}
