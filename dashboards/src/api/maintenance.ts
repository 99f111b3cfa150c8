import type { CommandAnswer } from '@keepsite/cloud-contract';
import type { DrillBody, Incident, MaintenanceBody, MaintenanceWindow } from '@keepsite/edge-contract';
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { getJson, postJson } from './http.ts';
import { keys, type Page, useWhoAmI } from './queries.ts';

/** Announced work; only the gateway itself knows it. */
export function useMaintenance(): UseQueryResult<Page<MaintenanceWindow>> {
  const { data: who } = useWhoAmI();
  return useQuery({
    queryKey: keys.maintenance,
    queryFn: () => getJson<Page<MaintenanceWindow>>('/api/maintenance'),
    enabled: who?.server === 'edge',
    refetchInterval: 60_000,
  });
}

export function useAnnounce(): UseMutationResult<MaintenanceWindow, Error, MaintenanceBody> {
  return useChange((body) => postJson('/api/maintenance', body));
}

export function useEnd(): UseMutationResult<MaintenanceWindow, Error, { readonly id: string; readonly by: string }> {
  return useChange(({ id, by }) => postJson(`/api/maintenance/${encodeURIComponent(id)}/end`, { by }));
}

interface Extension {
  readonly id: string;
  readonly to: string;
  readonly by: string;
}

export function useExtend(): UseMutationResult<MaintenanceWindow, Error, Extension> {
  return useChange(({ id, ...body }) => postJson(`/api/maintenance/${encodeURIComponent(id)}/extend`, body));
}

type DrillAnswer = CommandAnswer & { readonly incident: Incident };

export function useDrill(): UseMutationResult<DrillAnswer, Error, DrillBody> {
  return useMutation({ mutationFn: (body: DrillBody) => postJson<DrillAnswer>('/api/drills', body) });
}

function useChange<B>(change: (body: B) => Promise<MaintenanceWindow>): UseMutationResult<MaintenanceWindow, Error, B> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.maintenance }),
  });
}
