import { type Incident, SEVERITIES, type Severity } from '@keepsite/edge-contract';

/** One incident at most may be open for an asset and fault, and one drill beside it: this is its key. */
export function openKey({
  asset,
  fault,
  drill,
}: Pick<Incident, 'asset' | 'fault'> & { readonly drill?: boolean | undefined }): string {
  return `${drill ? 'drill\n' : ''}${asset}\n${fault}`;
}

/** People still have to do something about it: this holds the open key. */
export function isOpen(incident: Incident): boolean {
  return incident.response === 'open' || incident.response === 'acknowledged' || incident.response === 'on_site';
}

/** Nothing can change it any more but a late command's adjustment. */
export function isOver(incident: Incident): boolean {
  return incident.response === 'closed' || incident.response === 'cancelled';
}

/** Somebody is still to get this page. */
export function isOwed({ pages }: Pick<Incident, 'pages'>, page: string): boolean {
  return pages.some(({ id, state }) => id === page && state === 'queued');
}

/** Whether one severity is worse than another. */
export function isWorse(severity: Severity, than: Severity): boolean {
  return SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(than);
}
