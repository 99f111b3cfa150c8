import type {
  ActionLine,
  AlarmView,
  AttemptBody,
  FollowUp,
  FollowUpList,
  IncidentReview,
  ResponseGroup,
  ResponseStatistics,
  ReviewBody,
  ReviewLine,
} from '@keepsite/cloud-contract';
import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { getJson, postJson, putJson } from './http.ts';
import { keys, useWhoAmI, type Page } from './queries.ts';

const FOLLOW_UPS = ['follow-ups'];
const REVIEWS = ['reviews'];
const OFTEN_MS = 30_000;

/** Only the cloud has what comes after an incident; undefined until the server has said which it is. */
export function useIsCloud(): boolean | undefined {
  const { data: who } = useWhoAmI();
  return who && who.server === 'cloud';
}

export type FollowUpFilter = 'open' | 'overdue' | 'done' | 'unsatisfied';

/** Whom to ask how it went; `client` '' means every client. */
export function useFollowUps(state: FollowUpFilter, client: string): UseQueryResult<FollowUpList> {
  const whose = client === '' ? '' : `&client=${encodeURIComponent(client)}`;
  return useQuery({
    queryKey: [...FOLLOW_UPS, state, client],
    queryFn: () => getJson(`/api/follow-ups?state=${state}${whose}`),
    enabled: useIsCloud() === true,
    placeholderData: keepPreviousData,
    refetchInterval: OFTEN_MS,
  });
}

export function useAttempt(id: string): UseMutationResult<FollowUp, Error, AttemptBody> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body) => postJson(`/api/follow-ups/${encodeURIComponent(id)}/attempts`, body),
    onSettled: () => queries.invalidateQueries({ queryKey: FOLLOW_UPS }),
  });
}

export interface TimesQuery {
  readonly days: number;
  readonly client: string;
  readonly by: ResponseGroup;
  readonly simulated: boolean;
  /** The first day, `YYYY-MM-DD`; '' until the server's time is known. */
  readonly from: string;
}

export function useResponseTimes({ client, by, simulated, from }: TimesQuery): UseQueryResult<ResponseStatistics> {
  const query = new URLSearchParams({ by, from, simulated: String(simulated), ...(client === '' ? {} : { client }) });
  return useQuery({
    queryKey: ['response times', String(query)],
    queryFn: () => getJson(`/api/response/statistics?${query}`),
    enabled: useIsCloud() === true && from !== '',
    placeholderData: keepPreviousData,
  });
}

export type ReviewFilter = 'due' | 'draft' | 'agreed' | 'all';

export function useReviews(state: ReviewFilter): UseQueryResult<Page<ReviewLine>> {
  return useQuery({
    queryKey: [...REVIEWS, state],
    queryFn: () => getJson(`/api/reviews?state=${state}`),
    enabled: useIsCloud() === true,
    placeholderData: keepPreviousData,
  });
}

export function useOpenActions(): UseQueryResult<Page<ActionLine>> {
  return useQuery({
    queryKey: [...REVIEWS, 'actions'],
    queryFn: () => getJson('/api/review-actions?state=open'),
    enabled: useIsCloud() === true,
  });
}

export function useReview(incident: string): UseQueryResult<IncidentReview> {
  return useQuery({
    queryKey: [...REVIEWS, 'of', incident],
    queryFn: () => getJson(`${pathOf(incident)}/review`),
    enabled: useIsCloud() === true,
  });
}

export function useWriteReview(incident: string): UseMutationResult<IncidentReview, Error, ReviewBody> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body) => putJson(`${pathOf(incident)}/review`, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: REVIEWS }),
  });
}

export function useAlarms(): UseQueryResult<Page<AlarmView>> {
  return useQuery({
    queryKey: keys.alarms,
    queryFn: () => getJson('/api/alarms?limit=50'),
    enabled: useIsCloud() === true,
    refetchInterval: OFTEN_MS,
  });
}

export function useTakeAlarm(): UseMutationResult<AlarmView, Error, { readonly id: string; readonly by: string }> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, by }) => postJson(`/api/alarms/${encodeURIComponent(id)}/acknowledge`, { by }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.alarms }),
  });
}

/** The page on which an incident's review is read and written. */
export function reviewHref(incident: string): string {
  return `/incidents/${encodeURIComponent(incident)}/review`;
}

/** Where an incident's exports and its review are on the server. */
export function pathOf(incident: string): string {
  return `/api/incidents/${encodeURIComponent(incident)}`;
}
