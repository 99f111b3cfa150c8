import type { Asset, Incident, Person, Site } from '@keepsite/edge-contract';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { useOpenIncidents, useRecentlyClosed, useRegistry, type Places } from '../api/queries.ts';
import type { Names } from '../incident/timeline.ts';
import { useSpeech } from '../words/language.tsx';

/** A device that has moved stands in the registry more than once; the entry that holds longest wins. */
const FOREVER = '9999-12-31';

type Named = Pick<Person, 'id' | 'name'>;

/** Names for ids, in the reader's language; an id that nobody knows stands for itself. */
export interface Directory extends Names {
  readonly registry: Places | undefined;
  /** Everybody who may act: of the registry, and of the plans that incidents carry. */
  readonly people: readonly Named[];
  readonly site: (id: string) => string;
  /** What a device was called when it was adopted; undefined where nobody named it. */
  readonly device: (id: string) => string | undefined;
  readonly zoneOf: (site: string) => string | undefined;
  /** Fault and asset: what an incident is called on every screen. */
  readonly title: (incident: Pick<Incident, 'fault' | 'asset'>) => string;
}

const DirectoryContext = createContext<Directory | null>(null);

/** Gathers the names once for everything below it. */
export function DirectoryProvider({ children }: { readonly children: ReactNode }): ReactNode {
  return <DirectoryContext value={useGathered()}>{children}</DirectoryContext>;
}

export function useDirectory(): Directory {
  const directory = use(DirectoryContext);
  if (!directory) throw new Error('DASHBOARDS_NO_DIRECTORY: wrap the page in DirectoryProvider');
  return directory;
}

function useGathered(): Directory {
  const { data: registry } = useRegistry();
  const { data: open } = useOpenIncidents();
  const { data: closed } = useRecentlyClosed();
  const { name, t } = useSpeech();
  const people = useMemo(
    () => peopleOf(registry, [...(open?.items ?? []), ...(closed?.items ?? [])]),
    [registry, open, closed],
  );
  return useMemo(() => {
    const sites = byId<Site>(registry?.sites);
    const assets = byId<Asset>(registry?.assets);
    const devices = byId(registry?.devices?.toSorted((a, b) => (a.to ?? FOREVER).localeCompare(b.to ?? FOREVER)));
    const persons = byId<Named>(people);
    const nameOf = (thing: Site | Asset | undefined, id: string): string => (thing ? name(thing.name) : id);
    const asset = (id: string): string => nameOf(assets.get(id), id);
    return {
      registry,
      people,
      asset,
      site: (id) => nameOf(sites.get(id), id),
      device: (id) => devices.get(id)?.name,
      person: (id) => persons.get(id)?.name ?? id,
      zoneOf: (site) => sites.get(site)?.zone,
      title: (incident) => `${t.fault[incident.fault]} · ${asset(incident.asset)}`,
    };
  }, [registry, people, name, t]);
}

/** The cloud's registry has no people; the plans that its incidents carry name those who are paged. */
function peopleOf(registry: Places | undefined, incidents: readonly Incident[]): readonly Named[] {
  if (registry?.people && registry.people.length > 0) return registry.people;
  const paged = incidents.flatMap((incident) => incident.plan?.steps.flatMap((step) => step.to) ?? []);
  const unique = new Map(paged.map((recipient) => [recipient.person, recipient.name]));
  return [...unique].map(([id, name]) => ({ id, name })).toSorted((a, b) => a.name.localeCompare(b.name));
}

function byId<T extends { readonly id: string }>(items: readonly T[] | undefined): ReadonlyMap<string, T> {
  return new Map((items ?? []).map((item) => [item.id, item]));
}
