import type { ReactNode } from 'react';
import { useAlarms, useFollowUps } from '../api/after.ts';
import { useDiscoveredCount, useQuarantineGroups } from '../api/adoption.ts';
import { useOpenIncidents } from '../api/queries.ts';
import { needsSomebody } from '../incident/urgency.ts';
import type { PlaceName } from '../places/places.ts';
import { useSpeech } from '../words/language.tsx';

/** How much waits at a place: asked for only where it is shown. */
const COUNTS: Partial<Record<PlaceName, () => ReactNode>> = {
  wall: OpenCount,
  alarms: AlarmCount,
  followUps: FollowUpCount,
  discovered: DiscoveredCount,
  quarantine: QuarantineCount,
};

/** What must be seen from everywhere. */
const URGENT: ReadonlySet<PlaceName> = new Set(['wall', 'alarms']);

export function PlaceCount({ place }: { readonly place: PlaceName }): ReactNode {
  const Counted = COUNTS[place];
  return Counted && <Counted />;
}

/** The same of a whole group: only what is urgent. */
export function UrgentCounts({ places }: { readonly places: readonly PlaceName[] }): ReactNode {
  return places.filter((place) => URGENT.has(place)).map((place) => <PlaceCount key={place} place={place} />);
}

function OpenCount(): ReactNode {
  const { t } = useSpeech();
  const { data } = useOpenIncidents();
  return <Count n={data?.items.filter(needsSomebody).length} say={t.places.open} isUrgent />;
}

function AlarmCount(): ReactNode {
  const { t } = useSpeech();
  const { data } = useAlarms();
  return <Count n={data?.items.filter(({ endedAt }) => endedAt === null).length} say={t.places.open} isUrgent />;
}

function FollowUpCount(): ReactNode {
  const { t } = useSpeech();
  const { data } = useFollowUps('open', '');
  return <Count n={data?.summary.open} say={t.places.waiting} />;
}

function DiscoveredCount(): ReactNode {
  const { t } = useSpeech();
  return <Count n={useDiscoveredCount() ?? undefined} say={t.places.waiting} />;
}

function QuarantineCount(): ReactNode {
  const { t } = useSpeech();
  const { data } = useQuarantineGroups();
  return <Count n={data?.total} say={t.places.waiting} />;
}

interface CountProps {
  readonly n: number | undefined;
  /** What the number means, for those who hear it. */
  readonly say: (n: number) => string;
  readonly isUrgent?: boolean;
}

/** Nothing where nothing waits. */
function Count({ n = 0, say, isUrgent = false }: CountProps): ReactNode {
  const { format } = useSpeech();
  if (n === 0) return null;
  return (
    <>
      <span className={isUrgent ? 'count is-urgent' : 'count'} aria-hidden="true">
        {format.number(n)}
      </span>
      <span className="unseen">, {say(n)}</span>
    </>
  );
}
