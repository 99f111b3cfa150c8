import type { ChannelState, TestVerdict } from '@keepsite/edge-contract';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { useIsEdge } from './adoption.ts';
import { getJson, postJson } from './http.ts';
import type { Page } from './queries.ts';

/** The ways in which this gateway reaches people. */
export function useChannels(): UseQueryResult<Page<ChannelState>> {
  return useQuery({
    queryKey: ['channels'],
    queryFn: () => getJson<Page<ChannelState>>('/api/channels'),
    enabled: useIsEdge() === true,
  });
}

/** Sends one person a test over a channel. */
export function useTestChannel(channel: string): UseMutationResult<TestVerdict, Error, string> {
  return useMutation({
    mutationFn: (person) => postJson<TestVerdict>(`/api/channels/${encodeURIComponent(channel)}/test`, { person }),
  });
}
