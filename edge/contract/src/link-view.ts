import type { LinkView } from './acting.ts';
import type { FrozenPlan, Recipient } from './frozen-plan.ts';
import type { Incident, Page, TimelineEntry } from './incident.ts';
import { instantText } from './instant.ts';
import type { Asset, Site, Zone } from './registry.ts';
import { type Millis, type Verb, VERBS } from './vocabulary.ts';
import type { LinkSaid } from './links.ts';

/** What a link's page needs beside its incident. */
export interface LinkScene {
  /** Null: the incident's place is not known (any more). */
  readonly place: {
    readonly asset: Pick<Asset, 'name'>;
    readonly zone: Pick<Zone, 'name'>;
    readonly site: Pick<Site, 'name' | 'zone'>;
  } | null;
  /** Beside those whom the plan names. */
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly may: readonly Verb[];
  readonly now: Millis;
  readonly scale: number;
}

/** What a link shows of its one incident to its one person, through whichever door. */
export function linkView({ person, expiresAt }: LinkSaid, incident: Incident, scene: LinkScene): LinkView {
  const { place, people, may, now, scale } = scene;
  const everybody = peopleOf(incident);
  const name = [...people, ...everybody].find(({ id }) => id === person)?.name ?? person;
  return {
    incident: withoutAddresses(incident),
    person: { id: person, name },
    place: placeText(place, incident),
    timeZone: place?.site.zone ?? 'UTC',
    may: [...may],
    others: everybody.filter(({ id }) => id !== person),
    now: instantText(now),
    scale,
    expiresAt: instantText(expiresAt),
  };
}

/** From the large to the small, in both languages; the asset's id where nobody knows its place. */
export function placeText(place: LinkScene['place'], { asset }: Pick<Incident, 'asset'>): LinkView['place'] {
  const told = (language: 'en' | 'zh') =>
    place ? [place.site.name, place.zone.name, place.asset.name].map((each) => each[language]).join(' · ') : asset;
  return { en: told('en'), zh: told('zh') };
}

/** What a person may otherwise than by the link. */
export interface OwnRights {
  readonly may: (verb: Verb) => boolean;
  /** True: acts for others too. */
  readonly assigns: boolean;
}

/**
 * What a link lets its person order: what the person may, what the plan asks of the person by name, and to
 * hand over what is the person's own.
 */
export function linkVerbs(
  { person }: Pick<LinkSaid, 'person'>,
  { plan, responder }: Pick<Incident, 'plan' | 'responder'>,
  own: OwnRights,
): Verb[] {
  const isAsked = plan?.authority?.approvers.some((approver) => approver.person === person) ?? false;
  return VERBS.filter((verb) => own.may(verb) || (isAsked && (verb === 'approve' || verb === 'decline'))).filter(
    (verb) => verb !== 'handover' || own.assigns || responder === person,
  );
}

/**
 * An incident as it is told to whoever holds a link: what happened and who did what. Telephone numbers
 * and other addresses are left out, and of the plan whatever is not about its steps and terms.
 */
export function withoutAddresses(incident: Incident): Incident {
  const { plan, pages, timeline } = incident;
  return { ...incident, plan: plan && planOf(plan), pages: pages.map(pageOf), timeline: timeline.map(entryOf) };
}

/** Everybody whom the incident's plan names, once each. */
function peopleOf({ plan }: Pick<Incident, 'plan'>): { readonly id: string; readonly name: string }[] {
  const named = plan?.steps.flatMap(({ to }) => to.map(({ person, name }) => [person, name] as const)) ?? [];
  return [...new Map(named)].map(([id, name]) => ({ id, name }));
}

function planOf({ id, version, terms, proof, repeatEverySeconds, steps }: FrozenPlan): FrozenPlan {
  const repeat = repeatEverySeconds === undefined ? {} : { repeatEverySeconds };
  return {
    id,
    version,
    terms,
    proof,
    ...repeat,
    steps: steps.map((step) => ({ ...step, to: step.to.map(unaddressed) })),
  };
}

function pageOf(page: Page): Page {
  return { ...page, to: unaddressed(page.to) };
}

function entryOf(entry: TimelineEntry): TimelineEntry {
  if (entry.kind !== 'paged') return entry;
  return { ...entry, detail: { ...entry.detail, page: pageOf(entry.detail['page'] as Page) } };
}

function unaddressed(to: Recipient): Recipient {
  return { ...to, address: '' };
}
