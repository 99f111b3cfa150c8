import type {
  OnCallList,
  Person,
  ResponseFinding,
  ResponseState,
  RosterChangeBody,
  RosterView,
} from '@keepsite/edge-contract';
import type {
  EdgeResponse,
  ResponseBody,
  ResponseCheck,
  ResponseCheckBody,
  ResponseVersion,
} from '@keepsite/cloud-contract';
import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { deleteJson, getJson, postJson, putJson } from './http.ts';
import { keys, useEdges, useWhoAmI, type Page } from './queries.ts';

const EVERY_MS = 30_000;
const NOBODY: readonly Person[] = [];
/** What was changed in the cloud shows once the edge goes by it. */
const SOON_MS = 5_000;

/** Where an edge's rosters are asked for: at the edge itself, or at the cloud for one of its edges; null until it is known. */
export interface ResponseDoor {
  readonly root: string;
  /** Null: the page was served by the edge itself. */
  readonly edge: string | null;
}

/** The door of the chosen edge; `wanted` is what the address says, else the first edge. */
export function useResponseDoor(wanted: string | null): ResponseDoor | null {
  const { data: who } = useWhoAmI();
  const edges = useEdges();
  if (!who) return null;
  if (who.server === 'edge') return { root: '/api', edge: null };
  const edge = edges?.find(({ id }) => id === wanted)?.id ?? edges?.[0]?.id;
  return edge === undefined ? null : { root: `/api/edges/${encodeURIComponent(edge)}`, edge };
}

export function useOnCall(door: ResponseDoor | null): UseQueryResult<OnCallList> {
  return useQuery({
    queryKey: [...keys.rosters, 'on call', door?.root],
    queryFn: () => getJson<OnCallList>(`${door?.root}/on-call`),
    enabled: door !== null,
    refetchInterval: EVERY_MS,
  });
}

/** A week of a roster; `from` null: from today. */
export function useRoster(door: ResponseDoor | null, roster: string, from: string | null): UseQueryResult<RosterView> {
  const query = from === null ? '' : `?from=${from}`;
  return useQuery({
    queryKey: [...keys.rosters, 'week', door?.root, roster, from],
    queryFn: () => getJson<RosterView>(`${door?.root}/rosters/${encodeURIComponent(roster)}${query}`),
    enabled: door !== null,
    placeholderData: keepPreviousData,
    refetchInterval: SOON_MS,
  });
}

/** What answers incidents; the edge's own word, or the cloud's with its versions. */
export type Responding = Pick<ResponseState, 'book' | 'findings'> & {
  readonly own: ResponseState | null;
  readonly cloud: EdgeResponse | null;
};

export function useResponding(door: ResponseDoor | null): UseQueryResult<Responding> {
  return useQuery({
    queryKey: [...keys.rosters, 'response', door?.root],
    queryFn: async () => {
      const path = `${door?.root}/response`;
      if (door?.edge === null) {
        const own = await getJson<ResponseState>(path);
        return { book: own.book, findings: own.findings, own, cloud: null };
      }
      const cloud = await getJson<EdgeResponse>(path);
      return { book: cloud.book, findings: cloud.findings, own: null, cloud };
    },
    enabled: door !== null,
    refetchInterval: EVERY_MS,
  });
}

/** The people of an edge, at whichever server; empty until they are known. */
export function usePeople(door: ResponseDoor | null): readonly Person[] {
  return useResponding(door).data?.book.people ?? NOBODY;
}

export function useResponseVersions(door: ResponseDoor | null): UseQueryResult<Page<ResponseVersion>> {
  return useQuery({
    queryKey: [...keys.rosters, 'versions', door?.root],
    queryFn: () => getJson<Page<ResponseVersion>>(`${door?.root}/response/versions`),
    enabled: door !== null && door.edge !== null,
    refetchInterval: EVERY_MS,
  });
}

/** What would be said of a book, and whom it would page; keeps the answer before while a new one is asked for. */
export function useResponseCheck(door: ResponseDoor, body: ResponseCheckBody | null): UseQueryResult<ResponseCheck> {
  return useQuery({
    queryKey: ['response check', door.root, body],
    queryFn: () => postJson<ResponseCheck>(`${door.root}/response/check`, body),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    retry: false,
  });
}

export function useSaveResponse(door: ResponseDoor): UseMutationResult<EdgeResponse, Error, ResponseBody> {
  return useTold((body) => putJson<EdgeResponse>(`${door.root}/response`, body));
}

export function useRollback(door: ResponseDoor): UseMutationResult<EdgeResponse, Error, number> {
  return useTold((to) => postJson<EdgeResponse>(`${door.root}/response/rollback`, { to }));
}

/** What came of a change: its id, and what is doubtful about the roster now. */
export interface MadeChange {
  readonly id: string;
  readonly findings: readonly ResponseFinding[];
}

export function useChangeRoster(
  door: ResponseDoor,
  roster: string,
): UseMutationResult<MadeChange, Error, RosterChangeBody> {
  return useTold((body) => postJson<MadeChange>(`${door.root}/rosters/${encodeURIComponent(roster)}/changes`, body));
}

export function useTakeBack(door: ResponseDoor, roster: string): UseMutationResult<unknown, Error, string> {
  return useTold((change) =>
    deleteJson(`${door.root}/rosters/${encodeURIComponent(roster)}/changes/${encodeURIComponent(change)}`),
  );
}

/** An order after which everything about rosters is asked anew. */
function useTold<Answer, Body>(tell: (body: Body) => Promise<Answer>): UseMutationResult<Answer, Error, Body> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: tell,
    networkMode: 'always',
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.rosters }),
  });
}
