import type { ClientEnergy, ClientSummary, Contract, RetentionReport, SlaReport } from '@keepsite/cloud-contract';
import type {
  DailyEnergy,
  DeviceStatus,
  Heartbeat,
  Incident,
  IncidentEvent,
  Quality,
  Registry,
  WhoAmI,
} from '@keepsite/edge-contract';
import { useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { ApiError, getJson } from './http.ts';

/** Every list of every server. `next` is the cursor of the following page, null at the end. */
export interface Page<T> {
  readonly items: T[];
  readonly next: string | number | null;
  readonly total?: number;
}

export const keys = {
  whoami: ['whoami'],
  session: ['session'],
  sessions: ['sessions'],
  phones: ['phones'],
  accounts: ['accounts'],
  registry: ['registry'],
  openIncidents: ['incidents', 'open'],
  closedIncidents: ['incidents', 'recently closed'],
  incidentList: ['incident list'],
  incident: (id: string) => ['incident', id],
  edges: ['edges'],
  devices: ['devices'],
  quarantine: ['quarantine'],
  discovered: ['discovered'],
  places: ['places'],
  mappings: ['mappings'],
  rosters: ['rosters'],
  clients: ['clients'],
  client: (id: string) => ['client', id],
  energyToday: ['energy today'],
  maintenance: ['maintenance'],
  alarms: ['alarms'],
} as const;

/** Who is asking, and which server answers. */
export function useWhoAmI(): UseQueryResult<WhoAmI> {
  return useQuery({ queryKey: keys.whoami, queryFn: () => getJson<WhoAmI>('/api/whoami'), staleTime: Infinity });
}

/** The cloud knows places, and not the people who are paged nor what devices are called. */
export type Places = Pick<Registry, 'sites' | 'zones' | 'assets'> &
  Partial<Pick<Registry, 'people' | 'devices' | 'repairs'>>;

/** What stands where, and who is who. */
export function useRegistry(): UseQueryResult<Places> {
  return useQuery({ queryKey: keys.registry, queryFn: () => getJson<Places>('/api/registry'), staleTime: 60_000 });
}

/** All open incidents, however old and however many: no page and no window may hide one. */
export function useOpenIncidents(): UseQueryResult<Page<Incident>> {
  return useQuery({
    queryKey: keys.openIncidents,
    queryFn: ({ signal }) => everyPage<Incident>('/api/incidents?state=open&limit=200', signal),
    refetchInterval: 30_000,
  });
}

export function useRecentlyClosed(): UseQueryResult<Page<Incident>> {
  return useQuery({
    queryKey: keys.closedIncidents,
    queryFn: () => getJson<Page<Incident>>('/api/incidents?state=closed&limit=8'),
  });
}

/** One incident with its whole timeline. */
export function useIncident(id: string): UseQueryResult<Incident> {
  return useQuery({
    queryKey: keys.incident(id),
    queryFn: () => getJson<Incident>(`/api/incidents/${encodeURIComponent(id)}`),
    retry: (count, error) => !(error instanceof ApiError && error.status === 404) && count < 3,
  });
}

/** One link of the evidence chain, with what the cloud found when it checked it (null: not checked). */
export interface Link {
  readonly hash: string;
  readonly chainOk: boolean | null;
}

type Evidence = IncidentEvent | { readonly event: IncidentEvent; readonly chainOk: boolean | null };

/** The links of an incident by sequence number, as edge or cloud lists them; empty until they are known. */
export function useChain(id: string, version: number): ReadonlyMap<number, Link> {
  const { data } = useQuery({
    queryKey: ['chain', id, version],
    retry: false,
    placeholderData: (before) => before,
    queryFn: () => getJson<Page<Evidence>>(`/api/incidents/${encodeURIComponent(id)}/events`),
  });
  return new Map((data?.items ?? []).map(linkOf));
}

function linkOf(item: Evidence): [number, Link] {
  const { event, chainOk } = 'event' in item ? item : { event: item, chainOk: null };
  return [event.seq, { hash: event.hash, chainOk }];
}

export function useIncidentList(state: 'open' | 'closed' | 'all') {
  return useInfiniteQuery({
    queryKey: [...keys.incidentList, state],
    initialPageParam: null as string | number | null,
    queryFn: ({ pageParam }) =>
      getJson<Page<Incident>>(`/api/incidents?${state === 'all' ? '' : `state=${state}&`}limit=50${cursor(pageParam)}`),
    getNextPageParam: (page) => page.next,
  });
}

/** How the cloud sees a gateway; only the fields that the wall needs. */
export interface EdgeSeen {
  readonly id: string;
  readonly state: 'live' | 'blind' | 'never';
  readonly heartbeat: Heartbeat | null;
  /** The sites that it serves now. */
  readonly sites: readonly string[];
  /** Links of its evidence that were altered or cut. */
  readonly chain?: { readonly broken: number };
}

/** Gateways that the cloud knows, heard or not; undefined on an edge, which knows only itself. */
export function useEdges(): readonly EdgeSeen[] | undefined {
  const { data: who } = useWhoAmI();
  const { data } = useQuery({
    queryKey: keys.edges,
    queryFn: () => getJson<Page<EdgeSeen>>('/api/edges'),
    enabled: who?.server === 'cloud',
    refetchInterval: 15_000,
    retry: false,
  });
  return data?.items;
}

export function useDevices(): UseQueryResult<Page<DeviceStatus>> {
  return useQuery({
    queryKey: keys.devices,
    queryFn: () => getJson('/api/devices?limit=5000'),
    refetchInterval: 15_000,
  });
}

/** One reading of a device's history. */
export interface HeardReading {
  readonly metric: string;
  readonly part: string | null;
  readonly value: number | string | boolean | null;
  readonly quality: Quality;
}

/** How far before its last word the other values of a device may lie. */
const LAST_WORDS_MS = 5 * 60_000;

/** The newest value of each series that a device has told of late, up to `lastHeardAt` and beyond. */
export function useNewestValues(device: string, lastHeardAt: string | null): UseQueryResult<HeardReading[]> {
  return useQuery({
    queryKey: [...keys.devices, 'values', device],
    enabled: lastHeardAt !== null,
    queryFn: async () => {
      const from = new Date(Date.parse(lastHeardAt ?? '') - LAST_WORDS_MS).toISOString();
      const query = `device=${encodeURIComponent(device)}&from=${from}&limit=10000`;
      const { items } = await getJson<Page<HeardReading>>(`/api/readings?${query}`);
      return [...new Map(items.map((reading) => [`${reading.metric} ${reading.part}`, reading])).values()];
    },
    refetchInterval: 4_000,
  });
}

export function useClients(enabled: boolean): UseQueryResult<Page<ClientSummary>> {
  return useQuery({ queryKey: keys.clients, queryFn: () => getJson('/api/clients'), enabled });
}

export function useClient(id: string): UseQueryResult<ClientSummary> {
  return useQuery({ queryKey: keys.client(id), queryFn: () => getJson(clientPath(id)) });
}

/** Every version of every contract of a client; undefined until they are known. */
export function useContracts(client: string): readonly Contract[] | undefined {
  const { data } = useQuery({
    queryKey: [...keys.client(client), 'contracts'],
    queryFn: () => getJson<Page<Contract>>(`${clientPath(client)}/contracts`),
  });
  return data?.items;
}

/** The newest version of the client's newest contract; null until it is known, or when there is none. */
export function useContract(id: string): Contract | null {
  return (
    useContracts(id)
      ?.toSorted((a, b) => b.from.localeCompare(a.from) || b.version - a.version)
      .at(0) ?? null
  );
}

export function useRetention(id: string): UseQueryResult<RetentionReport> {
  return useQuery({
    queryKey: [...keys.client(id), 'retention'],
    queryFn: () => getJson(`${clientPath(id)}/retention`),
  });
}

export function useSla(id: string, period: string): UseQueryResult<SlaReport> {
  return useQuery({
    queryKey: [...keys.client(id), 'sla', period],
    queryFn: () => getJson(`${clientPath(id)}/sla?period=${period}`),
    enabled: period !== '',
  });
}

export function useEnergy(id: string): UseQueryResult<ClientEnergy> {
  return useQuery({ queryKey: [...keys.client(id), 'energy'], queryFn: () => getJson(`${clientPath(id)}/energy`) });
}

/** Energy of the day so far, all meters; undefined at the cloud, which tells it by client. */
export function useEnergyOf(day: string | null): DailyEnergy[] | undefined {
  const { data: who } = useWhoAmI();
  const { data } = useQuery({
    queryKey: [...keys.energyToday, day],
    queryFn: () => getJson<Page<DailyEnergy>>(`/api/energy?from=${day}&to=${day}`),
    enabled: day !== null && who?.server === 'edge',
    refetchInterval: 60_000,
    retry: false,
  });
  return data?.items;
}

function clientPath(id: string): string {
  return `/api/clients/${encodeURIComponent(id)}`;
}

function cursor(next: string | number | null): string {
  return next === null ? '' : `&before=${encodeURIComponent(String(next))}`;
}

async function everyPage<T>(path: string, signal: AbortSignal): Promise<Page<T>> {
  const items: T[] = [];
  let next: string | number | null = null;
  do {
    const page: Page<T> = await getJson<Page<T>>(path + cursor(next), signal);
    items.push(...page.items);
    // A server that ignores the cursor would answer the same page for ever.
    next = page.next === next ? null : page.next;
  } while (next !== null);
  return { items, next: null };
}
