import { Epoch } from '@keepsite/edge-contract';

/** Under this key a store keeps the epoch of its numbering. A store of an older version has none, which is epoch ''. */
export const EPOCH_KEY = 'epoch';

/** The epoch of a store's numbers; '' where it has none. */
export function epochOf(text: string | undefined): string {
  if (text === undefined) return '';
  return Epoch.parse(JSON.parse(text));
}

/** What the ids of an edge's incidents begin with: numbers begin again in every epoch, ids must not. */
export function incidentPrefix(edge: string, epoch: string): string {
  return epoch === '' ? edge : `${edge}-${epoch}`;
}
