import type {
  Action,
  AdoptBody,
  Adopted,
  DiscoveredDevice,
  DiscoveredList,
  MappingList,
  MappingPreview,
  MappingPreviewBody,
  MoveBody,
  Places,
  QuarantineGroupList,
  ReleaseBody,
  RemovedMapping,
  Retried,
  RetryBody,
  SavedMapping,
} from '@keepsite/edge-contract';
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useMay } from './access.ts';
import { deleteJson, getJson, postJson, putJson } from './http.ts';
import { keys, useWhoAmI } from './queries.ts';

const AT_A_TIME = 30;
/** Beside the page of new devices only their number is shown. */
const LEISURELY_MS = 30_000;

/** Only an edge hears devices; the cloud has none of these pages. */
export function useIsEdge(): boolean | undefined {
  const { data: who } = useWhoAmI();
  return who && who.server === 'edge';
}

/** True on an edge, for whoever may do this there: what would be refused is not even asked. */
function useEdgeLets(action: Action): boolean {
  const may = useMay();
  return useIsEdge() === true && may(action);
}

/** Devices that wait for adoption, newest heard first, page by page. */
export function useDiscovered(everyMs = LEISURELY_MS) {
  return useInfiniteQuery({
    queryKey: [...keys.discovered, 'list'],
    enabled: useEdgeLets('discovered.read'),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      getJson<DiscoveredList>(
        `/api/discovered?limit=${AT_A_TIME}${pageParam === null ? '' : `&after=${encodeURIComponent(pageParam)}`}`,
        signal,
      ),
    getNextPageParam: (page) => page.next,
    refetchInterval: everyMs,
  });
}

/** How many wait; null until it is known. */
export function useDiscoveredCount(): number | null {
  const { data } = useQuery({
    queryKey: [...keys.discovered, 'count'],
    enabled: useEdgeLets('discovered.read'),
    queryFn: () => getJson<DiscoveredList>('/api/discovered?limit=1'),
    refetchInterval: LEISURELY_MS,
  });
  return data?.total ?? null;
}

/** One waiting device with its whole messages; null when it waits no more. */
export function useDiscoveredDevice(device: string): UseQueryResult<DiscoveredDevice | null> {
  return useQuery({
    queryKey: [...keys.discovered, 'one', device],
    queryFn: async () => {
      const { items } = await getJson<DiscoveredList>(`/api/discovered?device=${encodeURIComponent(device)}`);
      return items[0] ?? null;
    },
    enabled: useEdgeLets('discovered.read') && device !== '',
    refetchInterval: 5_000,
  });
}

/** What an adoption may choose from. */
export function usePlaces(): UseQueryResult<Places> {
  return useQuery({ queryKey: keys.places, queryFn: () => getJson('/api/places') });
}

export function useMappings(): UseQueryResult<MappingList> {
  return useQuery({
    queryKey: keys.mappings,
    queryFn: () => getJson('/api/mappings'),
    enabled: useEdgeLets('mapping.read'),
  });
}

/** What a mapping makes of messages; keeps the answer before while a new one is asked for. */
export function usePreview(body: MappingPreviewBody): UseQueryResult<MappingPreview> {
  return useQuery({
    queryKey: ['mapping preview', body],
    queryFn: () => postJson<MappingPreview>('/api/mappings/preview', body),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    retry: 1,
  });
}

/** What is in quarantine, by reason and device. */
export function useQuarantineGroups(): UseQueryResult<QuarantineGroupList> {
  return useQuery({
    queryKey: keys.quarantine,
    queryFn: () => getJson('/api/quarantine/groups'),
    enabled: useEdgeLets('quarantine.read'),
    refetchInterval: 15_000,
  });
}

export function useAdopt(): UseMutationResult<Adopted, Error, AdoptBody> {
  return useTold((body) => postJson<Adopted>('/api/discovered/adopt', body));
}

export function useMove(): UseMutationResult<Adopted, Error, MoveBody> {
  return useTold((body) => postJson<Adopted>('/api/devices/move', body));
}

export function useRelease(): UseMutationResult<unknown, Error, ReleaseBody> {
  return useTold((body) => postJson('/api/devices/release', body));
}

export function useSaveMapping(): UseMutationResult<SavedMapping, Error, { name: string; yaml: string }> {
  return useTold(({ name, yaml }) => putJson<SavedMapping>(`/api/mappings/${encodeURIComponent(name)}`, { yaml }));
}

export function useRemoveMapping(): UseMutationResult<RemovedMapping, Error, string> {
  return useTold((name) => deleteJson<RemovedMapping>(`/api/mappings/${encodeURIComponent(name)}`));
}

export function useRetry(): UseMutationResult<Retried, Error, RetryBody> {
  return useTold((body) => postJson<Retried>('/api/quarantine/retry', body));
}

/** An order after which everything about devices is asked anew. */
function useTold<Answer, Body>(tell: (body: Body) => Promise<Answer>): UseMutationResult<Answer, Error, Body> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: tell,
    networkMode: 'always',
    onSettled: () => {
      const stale = [keys.discovered, keys.places, keys.mappings, keys.quarantine, keys.devices, keys.registry];
      for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
    },
  });
}
