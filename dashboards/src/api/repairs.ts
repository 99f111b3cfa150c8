import type { CommandAnswer, RepairReport, SpendingStatement } from '@keepsite/cloud-contract';
import type {
  ErasedReporters,
  RepairBody,
  RepairCategory,
  RepairProgress,
  RepairSettings,
  Reporter,
} from '@keepsite/edge-contract';
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { ApiError, deleteJson, getJson, postJson, postPhoto } from './http.ts';
import { newId } from './id.ts';
import type { Page } from './queries.ts';

/** The server's answer to a report; `progress` is the token of the reporter's own page. */
export type RepairAnswer = CommandAnswer & { readonly incident?: string | null; readonly progress: string };

/** What the form at a place is about. */
export interface PlaceForm {
  readonly asset: { readonly en: string; readonly zh: string };
  readonly place: { readonly en: string; readonly zh: string };
  readonly categories: readonly RepairCategory[];
  readonly promise: RepairPromise;
}

/** Within what a repair is answered, or arranged. */
export type RepairPromise = Pick<RepairSettings, 'urgentAnswerMinutes' | 'ordinaryArrangeHours'>;

const placePath = (token: string): string => `/api/repairs/places/${encodeURIComponent(token)}`;
const progressPath = (token: string): string => `/api/repairs/progress/${encodeURIComponent(token)}`;

/** Reports a repair; the same commandId again is the same report. */
export function reportRepair(body: RepairBody): Promise<RepairAnswer> {
  return postJson('/api/repairs', body);
}

/** The same by the form at a place, without signing in. */
export function reportAtPlace(
  token: string,
  body: Omit<RepairBody, 'asset' | 'channel' | 'photos'>,
): Promise<RepairAnswer> {
  return postJson(placePath(token), body);
}

/** Adds a photograph to one's own report. */
export function addRepairPhoto(token: string, photo: Blob): Promise<CommandAnswer> {
  return postPhoto(`${progressPath(token)}/photos?commandId=${newId()}`, photo);
}

export function usePlaceForm(token: string): UseQueryResult<PlaceForm> {
  return useQuery({
    queryKey: ['repair place', token],
    queryFn: () => getJson(`${placePath(token)}/form`),
    retry: isAway,
  });
}

/** How far a repair has come; asked again while somebody looks. */
export function useRepairProgress(token: string): UseQueryResult<RepairProgress & { readonly now: string }> {
  return useQuery({
    queryKey: ['repair progress', token],
    queryFn: () => getJson(progressPath(token)),
    refetchInterval: 10_000,
    retry: isAway,
  });
}

/** Who reported an incident; nothing where this user may not know. */
export function useReporters(incident: string, enabled: boolean): UseQueryResult<Page<Reporter & { report: string }>> {
  return useQuery({
    queryKey: ['reporters', incident],
    queryFn: () => getJson(`/api/repairs/${encodeURIComponent(incident)}/reporters`),
    enabled,
    retry: false,
  });
}

/** Erases names and numbers at this server and at the other one; what is shown is asked for again. */
export function useEraseReporters(incident: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => deleteJson<ErasedReporters>(`/api/repairs/${encodeURIComponent(incident)}/reporters`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['reporters', incident] }),
  });
}

export function useRepairReport(client: string, period: string): UseQueryResult<RepairReport> {
  return useQuery({
    queryKey: ['client', client, 'repairs', period],
    queryFn: () => getJson(`/api/clients/${encodeURIComponent(client)}/repairs?period=${period}`),
    enabled: period !== '',
  });
}

export function useSpending(client: string, period: string): UseQueryResult<SpendingStatement> {
  return useQuery({
    queryKey: ['client', client, 'spending', period],
    queryFn: () => getJson(`/api/clients/${encodeURIComponent(client)}/spending?period=${period}`),
    enabled: period !== '',
  });
}

function isAway(count: number, error: Error): boolean {
  return !(error instanceof ApiError && error.status === 404) && count < 3;
}
