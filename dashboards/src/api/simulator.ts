import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getJson, postJson } from './http.ts';

interface Named {
  readonly en: string;
  readonly zh: string;
}

export interface Scenario {
  readonly id: string;
  readonly name: Named;
  readonly story: Named;
  readonly expected: Named;
  readonly assets: readonly { readonly id: string; readonly name: Named; readonly site?: string }[];
  readonly running: boolean;
}

/** What the simulator beside this server offers. */
export interface SimulatorState {
  readonly scenarios: readonly Scenario[];
  readonly crews: { readonly mode: string; readonly modes?: readonly string[] };
  readonly clock: { readonly scale?: number } | null;
}

export function useSimulator(base: string | undefined): UseQueryResult<SimulatorState> {
  return useQuery({
    queryKey: ['simulator', base],
    queryFn: () => getJson<SimulatorState>(`${base}/api/simulator`),
    enabled: base !== undefined,
    refetchInterval: 3_000,
    retry: false,
  });
}

/** Starts a story. `expire` lets nobody answer and runs the clock faster. */
export function startScenario(
  base: string,
  id: string,
  options: { asset?: string; expire?: boolean; manual?: boolean } = {},
): Promise<unknown> {
  return postJson(`${base}/api/simulator/scenarios/${encodeURIComponent(id)}`, options);
}

export function setCrews(base: string, mode: string): Promise<unknown> {
  return postJson(`${base}/api/simulator/crews`, { mode });
}

export function resetSimulator(base: string): Promise<unknown> {
  return postJson(`${base}/api/simulator/reset`, {});
}

/** The id of the story about a trapped passenger, whatever else the simulator tells. */
export const TRAPPED = 'trapped-passenger';
/** The story of the flooded pump room: by its usual ids, else the first that names a flood or a pump. */
export function floodScenario(scenarios: readonly Scenario[]): Scenario | undefined {
  return (
    scenarios.find((one) => /flood|backflow|rainstorm/.test(one.id)) ??
    scenarios.find((one) => /pump|leak/.test(one.id))
  );
}
