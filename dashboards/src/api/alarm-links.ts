import type { AlarmLinkView, AlarmView } from '@keepsite/cloud-contract';
import {
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { getJson, postJson } from './http.ts';
import { LINK } from './links.ts';
import { keys } from './queries.ts';

const ASK_EVERY_MS = 5_000;

const pathOf = (token: string): string => `/api/alarm-links/${encodeURIComponent(token)}`;

/** What a person's link to an alarm of the cloud shows, asked for again and again. */
export function useAlarmLink(token: string): UseQueryResult<AlarmLinkView> {
  return useQuery({
    queryKey: [LINK, `alarm ${token}`],
    queryFn: () => getJson<AlarmLinkView>(pathOf(token)),
    refetchInterval: ASK_EVERY_MS,
    refetchIntervalInBackground: true,
    retry: false,
  });
}

/** That person takes care of it. */
export function useTakeByLink(token: string): UseMutationResult<AlarmLinkView, Error, void> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => postJson<AlarmLinkView>(`${pathOf(token)}/acknowledge`, {}),
    onSettled: () => queries.invalidateQueries({ queryKey: [LINK] }),
  });
}

/** One alarm with all that happened; asked for only while somebody looks. */
export function useAlarm(id: string, isWanted: boolean): UseQueryResult<AlarmView> {
  return useQuery({
    queryKey: [...keys.alarms, id],
    queryFn: () => getJson<AlarmView>(`/api/alarms/${encodeURIComponent(id)}`),
    enabled: isWanted,
    refetchInterval: ASK_EVERY_MS,
  });
}
