import type { Store } from '../ports.ts';

/** The zone of a client's days: its sites' (meters stand there), else the cloud's. */
export async function zoneOf(
  { store, timeZone }: { readonly store: Store; readonly timeZone: string },
  client: string,
): Promise<string> {
  return (await store.clients.places(client)).timeZone ?? timeZone;
}
