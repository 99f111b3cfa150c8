import type { Client } from '@keepsite/cloud-contract';
import { z } from 'zod';
import { notFound } from '../errors.ts';
import type { Store } from '../ports.ts';

/** The path of whatever belongs to a client. */
export const ClientParams = z.object({ id: z.string().min(1).max(120) });

/** Throws the 404 of a client that is not known. */
export async function knownClient({ store }: { readonly store: Store }, id: string): Promise<Client> {
  return (await store.clients.get(id)) ?? notFound(`client ${id}`);
}
