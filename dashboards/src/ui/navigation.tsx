import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { Group, Place } from '../places/places.ts';
import { usePlaces } from '../places/use-places.ts';
import { useSpeech } from '../words/language.tsx';
import { PlaceCount, UrgentCounts } from './place-counts.tsx';
import { GroupIcon } from './place-icons.tsx';

/** The groups of places: a row of the header, on a phone the bar under the thumb. */
export function Navigation(): ReactNode {
  const { t } = useSpeech();
  const { groups, group: here } = usePlaces();
  return (
    <nav className="nav" aria-label={t.places.main}>
      {groups.map((group) => (
        <GroupLink key={group.name} group={group} isHere={group.name === here?.name} />
      ))}
    </nav>
  );
}

function GroupLink({ group, isHere }: { readonly group: Group; readonly isHere: boolean }): ReactNode {
  const { t } = useSpeech();
  const [first] = group.places;
  // A group of one is that place.
  const label = group.places.length === 1 && group.name === 'manage' ? t.place[first.name] : t.group[group.name];
  return (
    <Link href={first.href} aria-current={isHere ? 'true' : undefined} onClick={toTop}>
      <GroupIcon group={group.name} />
      <span>{label}</span>
      <UrgentCounts places={group.places.map(({ name }) => name)} />
    </Link>
  );
}

/** The places of the group that one is in; nothing where there is no choice. */
export function PlaceTabs(): ReactNode {
  const { t } = useSpeech();
  const { group, place: here } = usePlaces();
  if (!group || group.places.length === 1) return null;
  return (
    <nav className="tabs" aria-label={t.places.within(t.group[group.name])}>
      {group.places.map((place) => (
        <PlaceLink key={place.name} place={place} isHere={place.name === here?.name} />
      ))}
    </nav>
  );
}

function PlaceLink({ place, isHere }: { readonly place: Place; readonly isHere: boolean }): ReactNode {
  const { t } = useSpeech();
  const [search] = useSearchParams();
  const edge = search.get('edge');
  const link = useRef<HTMLAnchorElement>(null);
  // On a phone the row is wider than the screen.
  useEffect(() => {
    if (isHere) link.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [isHere]);
  if (place.isFile)
    return (
      <a href={place.href} target="_blank" rel="noreferrer">
        {t.place[place.name]} ↗
      </a>
    );
  return (
    // Whoever has chosen a gateway goes on with it.
    <Link
      ref={link}
      href={edge === null ? place.href : `${place.href}?edge=${encodeURIComponent(edge)}`}
      aria-current={isHere ? 'page' : undefined}
      onClick={toTop}
    >
      {t.place[place.name]}
      <PlaceCount place={place.name} />
    </Link>
  );
}

/** Another place begins at its beginning. */
function toTop(): void {
  window.scrollTo(0, 0);
}
