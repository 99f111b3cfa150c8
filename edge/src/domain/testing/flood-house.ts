import {
  type Command,
  type ContractorOrder,
  type DispatchBody,
  foldAll,
  foldIncident,
  type Incident,
  type IncidentFact,
  type Millis,
} from '@keepsite/edge-contract';
import { expect } from 'vitest';
import { createDirectory } from '../directory.ts';
import { decide, dueAt, open } from '../incident.ts';
import { movement } from '../spending/purse.ts';
import { settleOrders } from '../spending/settle-orders.ts';
import { floodPlan, PUMPS } from './flood-plan.ts';
import { officePark } from './office-park.ts';

export const FLOOD_T0 = Date.UTC(2026, 6, 20, 3, 0, 0);

/** As events write an instant. */
export function iso(at: Millis): string {
  return new Date(at).toISOString();
}

let commands = 0;

/** A flood in the pump room, whose plan orders `dispatch` a minute after it began. */
export function opened(authority: Parameters<typeof floodPlan>[0] = {}, t0 = FLOOD_T0, dispatch = [PUMPS]) {
  const place = createDirectory(officePark).asset('pump-room');
  if (!place) throw new Error('no pump room');
  const breach = {
    state: 'raised',
    source: 'rule:flood',
    asset: 'pump-room',
    device: 'leak-1',
    fault: 'level_rising',
    severity: 'critical',
    vendorCode: null,
    summary: { en: 'Water rises', zh: '水位上升' },
    deviceAt: null,
    firstSeenAt: t0,
    evidence: [],
  } as const;
  const by = { kind: 'sensor', id: 'leak-1' } as const;
  const plan = floodPlan(authority, dispatch);
  const opening = { id: 'i-1', edge: 'e', at: t0, by, breach, place, clients: [], plan, episode: 1 };
  const house = new FloodHouse(t0);
  house.record(open(opening, t0).facts);
  return house;
}

/** One incident, as the gateway keeps it: facts are folded, and what they order is settled at once. */
export class FloodHouse {
  incident!: Incident;
  /** Cents that other incidents took from the month’s budget. */
  elsewhere = 0;
  readonly facts: IncidentFact[] = [];
  now: Millis;

  constructor(now: Millis) {
    this.now = now;
  }

  readonly spent = (purse: string): number =>
    this.elsewhere +
    this.facts
      .map(({ change }) => movement(change))
      .reduce((sum, moved) => sum + (moved?.purse === purse ? moved.cents : 0), 0);

  record(facts: readonly IncidentFact[]): void {
    for (const fact of facts) {
      this.facts.push(fact);
      const before = this.incident as Incident | undefined;
      const event = { ...fact, edge: 'e', seq: this.facts.length, recordedAt: fact.at };
      this.incident = foldIncident(before ?? null, event);
    }
    if (facts.length > 0) this.settle();
  }

  settle(): void {
    this.record(settleOrders(this.incident, this.spent, this.now));
  }

  at(now: Millis): this {
    this.runTo(now);
    return this;
  }

  runTo(end: Millis): void {
    for (let due = dueAt(this.incident); due !== null && due <= end; due = dueAt(this.incident)) {
      this.now = Math.max(this.now, due);
      this.record(decide(this.incident, { kind: 'tick' }, this.now).facts);
    }
    this.now = end;
  }

  /** The gateway was off until then. */
  jumpTo(end: Millis): void {
    this.now = end;
    this.record(decide(this.incident, { kind: 'tick' }, end).facts);
  }

  say(verb: Command['verb'], responder: string, more: Partial<Command> = {}): string | null {
    const command: Command = {
      commandId: `command-${(commands += 1)}`,
      incident: 'i-1',
      verb,
      responder,
      receivedAt: iso(this.now),
      via: 'edge',
      note: null,
      proof: 'declared',
      to: null,
      ...more,
    };
    const { facts, refused } = decide(this.incident, { kind: 'command', command }, this.now);
    this.record(facts);
    expect(
      foldAll(this.facts.map((fact, n) => ({ ...fact, edge: 'e', seq: n + 1, recordedAt: fact.at })))?.orders,
    ).toEqual(this.incident.orders);
    return refused;
  }

  dispatch(responder: string, cost: string, body: Partial<DispatchBody> = {}): string | null {
    const dispatch = { contractor: 'lift-care', what: 'one fitter', withinMinutes: 20, cost, ...body };
    return this.say('dispatch', responder, { dispatch });
  }

  order(): ContractorOrder {
    const [order] = this.incident.orders ?? [];
    if (!order) throw new Error('nothing was ordered');
    return order;
  }

  told<K extends IncidentFact['change']['kind']>(kind: K) {
    return this.facts.flatMap(({ change }) =>
      change.kind === kind ? [change as Extract<typeof change, { kind: K }>] : [],
    );
  }

  paged(about: string): string[] {
    return this.incident.pages.filter((page) => page.about?.kind === about).map(({ to }) => to.person);
  }
}
