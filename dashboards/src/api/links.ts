import type { CloudLinkView } from '@keepsite/cloud-contract';
import type { CodePlace, LinkView } from '@keepsite/edge-contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { ApiError, getJson, isFinal } from './http.ts';
import { serverTime } from './live.ts';
import { noteAnswer, noteIncident } from './outbox.ts';

const ASK_EVERY_MS = 4_000;
const KEPT = 'keepsite-links';
/** More incidents than a crew has in a day. */
const KEPT_AT_MOST = 20;

/** A link that was opened on this device: whoever scans a code afterwards acts by it. */
export interface KeptLink {
  readonly token: string;
  readonly incident: string;
  readonly asset: string;
}

/** The edge decides at once; what it was given through the cloud it may not have decided yet. */
export type LinkShown = LinkView & Partial<Pick<CloudLinkView, 'orders'>>;

/** What links show is kept under this. */
export const LINK = 'link';

/** What a link shows, asked for again and again: without a login there is no stream to listen to. */
export function useLink(token: string): UseQueryResult<LinkShown> {
  return useQuery({
    queryKey: [LINK, token],
    queryFn: async () => {
      const view = await getJson<LinkShown>(`/api/links/${token}`);
      serverTime.set({ now: Date.parse(view.now), scale: view.scale, heardAt: performance.now() });
      for (const one of view.orders ?? []) noteAnswer(one);
      noteIncident(view.incident);
      keepLink({ token, incident: view.incident.id, asset: view.incident.asset });
      return view;
    },
    refetchInterval: ASK_EVERY_MS,
    refetchIntervalInBackground: true,
    retry: false,
  });
}

/** Where a code stands, as far as whoever is signed in may know; null: nobody is, or this is the cloud, which knows no codes. */
export function useCodePlace(code: string): UseQueryResult<CodePlace | null> {
  return useQuery({
    queryKey: ['code', code],
    queryFn: () =>
      getJson<CodePlace>(`/api/codes/${encodeURIComponent(code)}`).catch((error: unknown) => {
        const isCloud = error instanceof ApiError && error.code === 'CLOUD_NOT_FOUND';
        if (isFinal(error) || isCloud) return null;
        throw error;
      }),
    retry: false,
  });
}

/** The links that were opened here, the newest first. */
export function keptLinks(): readonly KeptLink[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? (kept as KeptLink[]) : [];
  } catch {
    return [];
  }
}

function keepLink(link: KeptLink): void {
  const others = keptLinks().filter(({ incident }) => incident !== link.incident);
  localStorage.setItem(KEPT, JSON.stringify([link, ...others].slice(0, KEPT_AT_MOST)));
}

/** It no longer works. */
export function dropLink(token: string): void {
  localStorage.setItem(KEPT, JSON.stringify(keptLinks().filter((link) => link.token !== token)));
}
