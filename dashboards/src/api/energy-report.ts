import type { EnergyEvent, EnergyReportEntry, KeptEnergyReport } from '@keepsite/cloud-contract';
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { ApiError, getJson, postJson, putJson } from './http.ts';
import { keys, type Page } from './queries.ts';

/** Every report of a client that is kept, newest period first. */
export function useEnergyReports(client: string): UseQueryResult<Page<EnergyReportEntry>> {
  return useQuery({ queryKey: keysOf(client), queryFn: () => getJson(`${energyPath(client)}/reports`) });
}

/** One report, by its id or its period; not asked for while `report` is null. */
export function useEnergyReport(client: string, report: string | null): UseQueryResult<KeptEnergyReport> {
  return useQuery({
    queryKey: [...keysOf(client), report],
    queryFn: () => getJson(`${energyPath(client)}/reports/${encodeURIComponent(report ?? '')}`),
    enabled: report !== null,
    retry: (count, error) => !(error instanceof ApiError && error.status === 404) && count < 3,
  });
}

/** Writes a person's word on an event down and has the report made again with it. */
export function useDecideEvent(
  client: string,
  period: string,
): UseMutationResult<EnergyReportEntry, Error, EnergyEvent> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (event: EnergyEvent) => {
      await putJson(`${energyPath(client)}/events/${encodeURIComponent(event.id)}`, event);
      return await postJson<EnergyReportEntry>(`${energyPath(client)}/reports`, { period });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: keysOf(client) }),
  });
}

export function energyPdfPath(client: string, report: string, language: string): string {
  return `/api/clients/${encodeURIComponent(client)}/reports/energy.pdf?report=${encodeURIComponent(report)}&lang=${language}`;
}

export function energyInputsPath(client: string, report: string): string {
  return `${energyPath(client)}/reports/${encodeURIComponent(report)}/inputs`;
}

function keysOf(client: string): readonly unknown[] {
  return [...keys.client(client), 'energy reports'];
}

function energyPath(client: string): string {
  return `/api/clients/${encodeURIComponent(client)}/energy`;
}
