import type { Terms, Word } from './reference.ts';
import {
  byWeight,
  haveOneCause,
  type Hold,
  isCause,
  isTold,
  nearness,
  rank,
  type Saying,
  SENSOR,
  Trouble,
} from './storm-trouble.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** What begins within this time of a group's newest may join it … */
const JOINS_MS = MINUTE_MS;
/** … and nobody joins one that is older. */
const GROUP_LIVES_MS = 10 * MINUTE_MS;
/** A cause is over; what it explained may last this long. */
const GRACE_MS = 120 * SECOND_MS;
/** The fourth beginning within this time is flapping. */
const FLAPPING_MS = 30 * MINUTE_MS;
const FLAPPING_TIMES = 4;
/** Who has a group already takes what has joined it since. */
const TAKES_MORE: readonly string[] = ['acknowledge', 'arrive', 'resolve'];

/**
 * Who is paged for what when much happens at once, as `docs/storms.md` tells it and with nothing of the
 * edge's own code. All incidents are asked about each other, every time, and nothing is remembered but them.
 */
export class StormReference {
  /** The oldest first. */
  readonly troubles: Trouble[] = [];
  readonly #begun: { readonly trouble: Trouble; readonly saying: Saying; readonly at: number }[] = [];
  readonly terms: Terms;
  now: number;

  constructor(now: number, terms: Terms) {
    this.now = now;
    this.terms = terms;
  }

  // ---------------------------------------------------------------------------- sensors

  raised(saying: Saying): void {
    const standing = this.#of(saying);
    const meant = standing.find(({ isOpen }) => isOpen) ?? standing.findLast(lasts);
    if (!meant) return this.#open(saying);
    if (meant.condition === 'active') return;
    meant.raised(SENSOR);
    this.#came(meant);
  }

  cleared(saying: Saying): void {
    for (const trouble of this.#of(saying).filter(lasts)) {
      trouble.cleared(SENSOR);
      trouble.changedAt = this.now;
    }
  }

  #of({ asset, fault }: Saying): Trouble[] {
    return this.troubles.filter(({ saying, isOver }) => saying.asset === asset && saying.fault === fault && !isOver);
  }

  #came(trouble: Trouble): void {
    trouble.changedAt = this.now;
    this.#begun.push({ trouble, saying: trouble.saying, at: this.now });
  }

  #open(saying: Saying): void {
    const trouble = new Trouble(saying, this.now, this.terms);
    const folded = this.#holdNew(trouble);
    this.troubles.push(trouble);
    this.#came(trouble);
    trouble.pass(this.now);
    for (const lead of folded) lead.hold = trouble.hold;
    for (const explained of this.#explainedBy(trouble)) explained.hold = this.#hold('explained', trouble);
  }

  /** Asked in this order: explained, flapping, grouped. Answers who leads no longer. */
  #holdNew(trouble: Trouble): readonly Trouble[] {
    if (trouble.kind === null) return [];
    const cause = this.#causeOf(trouble);
    if (cause) trouble.hold = this.#hold('explained', cause);
    const often = this.#beganOften(trouble);
    if (!trouble.hold && often) trouble.hold = this.#hold('flapping', often);
    return trouble.hold ? [] : this.#join(trouble);
  }

  #hold(reason: Hold['reason'], by: Trouble, isStorm = false): Hold {
    return { reason, by, since: this.now, isStorm };
  }

  // ---------------------------------------------------------------------------- causes

  /** Active, upstream, and somebody is paged for it; of several the nearest. */
  #causeOf(trouble: Trouble): Trouble | undefined {
    return this.#standing()
      .filter((cause) => cause.condition === 'active' && isCause(cause, trouble) && isTold(cause))
      .toSorted((one, other) => nearness(one, trouble) - nearness(other, trouble))[0];
  }

  /** What had begun shortly before its cause was heard of. */
  #explainedBy(cause: Trouble): Trouble[] {
    if (!isTold(cause)) return [];
    return this.#standing().filter(
      (trouble) =>
        !trouble.hold && trouble.kind !== null && isCause(cause, trouble) && !this.#members(trouble).includes(cause),
    );
  }

  #standing(): Trouble[] {
    return this.troubles.filter(({ isOpen }) => isOpen);
  }

  // ---------------------------------------------------------------------------- flapping

  /** The first of the beginnings that make this one flapping. */
  #beganOften({ saying }: Trouble): Trouble | undefined {
    const recent = this.#begun.filter(
      (begun) =>
        begun.saying.asset === saying.asset && begun.saying.fault === saying.fault && begun.at > this.now - FLAPPING_MS,
    );
    return recent.length + 1 >= FLAPPING_TIMES ? recent[0]?.trouble : undefined;
  }

  // ---------------------------------------------------------------------------- groups

  /** Whether everybody will agree in a second who grows: by a quarter of a minute the edge may be wrong about it. */
  get isClearWhoGrows(): boolean {
    const soon = this.now + SECOND_MS;
    return this.troubles.every(
      (lead) => this.#grows(lead, JOINS_MS + SECOND_MS, soon) === this.#grows(lead, 44 * SECOND_MS, soon),
    );
  }

  #join(trouble: Trouble): readonly Trouble[] {
    const leads = this.#standing()
      .filter((lead) => lead.kind !== null && !lead.hold && rank(lead) <= rank(trouble))
      .filter((lead) => this.#grows(lead, JOINS_MS) && !isCause(trouble, lead))
      .toSorted(byWeight);
    const same = leads.find((lead) => haveOneCause(lead, trouble));
    if (same) trouble.hold = this.#hold('grouped', same);
    const [worst, ...others] = leads;
    const isStorm = others.length > 0 || leads.some((lead) => this.#followers(lead).some(({ hold }) => hold?.isStorm));
    if (same || !worst || !isStorm) return [];
    trouble.hold = this.#hold('grouped', worst, true);
    return others.filter(({ response }) => response === 'open');
  }

  #grows(lead: Trouble, growsMs: number, at = this.now): boolean {
    if (lead.openedAt < at - GROUP_LIVES_MS) return false;
    if (lead.openedAt >= at - JOINS_MS) return true;
    return this.#followers(lead).some(({ openedAt }) => openedAt >= at - growsMs);
  }

  #followers(head: Trouble): Trouble[] {
    return this.#standing().filter(({ hold }) => hold?.by === head && hold.reason !== 'flapping');
  }

  /** Through others too. */
  #members(head: Trouble): Trouble[] {
    return this.#followers(head).flatMap((follower) => [follower, ...this.#members(follower)]);
  }

  // ---------------------------------------------------------------------------- time

  pass(now: number): void {
    while (this.now < now) {
      this.now += SECOND_MS;
      this.settle();
    }
  }

  /** Whatever is due by now. */
  settle(): void {
    for (const trouble of this.troubles) this.#passFor(trouble);
  }

  #passFor(trouble: Trouble): void {
    const { hold } = trouble;
    if (trouble.isOpen && hold?.reason === 'flapping' && trouble.calmAt <= this.now) this.#letOut(trouble);
    if (trouble.overAt + GRACE_MS <= this.now) this.#explainsNoMore(trouble);
    this.#climb(trouble);
  }

  /** What the ladder takes back it takes back from all that were claimed with it. */
  #climb(trouble: Trouble): void {
    const { responder, response } = trouble;
    trouble.pass(this.now);
    if (trouble.response === 'closed' && response !== 'closed') trouble.doneAt = Math.min(trouble.doneAt, this.now);
    if (responder === null || trouble.response !== 'open') return;
    trouble.isClaimedThrough = false;
    for (const member of this.#members(trouble)) member.releaseThrough();
  }

  /** Who is over with it is resolved with it; who lasts goes on. Who is over while people are at it waits for them. */
  #explainsNoMore(cause: Trouble): void {
    const left = this.#followers(cause).filter(
      ({ hold, condition }) => hold?.reason === 'explained' && (condition !== 'cleared' || !cause.isOpen),
    );
    const over = left.filter(({ condition }) => condition === 'cleared' && cause.response !== 'cancelled');
    for (const trouble of over)
      trouble.hear({ ...wordOf('resolve', cause.responder ?? 'keepsite'), heardAt: this.now }, this.now);
    this.#goOn(left.filter(({ isOpen }) => isOpen));
  }

  /** The worst of them pages for itself, and the others follow it. */
  #goOn(left: readonly Trouble[]): void {
    const [head, ...others] = left.toSorted(byWeight);
    if (head) this.#letOut(head);
    for (const other of others) {
      this.#giveBack(other);
      other.hold = head ? this.#hold('grouped', head) : null;
    }
  }

  #letOut(trouble: Trouble): void {
    this.#giveBack(trouble);
    trouble.hold = null;
    this.#climb(trouble);
  }

  /** Nobody has any more what was taken with another one, nor what was taken with it. */
  #giveBack(trouble: Trouble): void {
    const isGivenBack = trouble.isClaimedThrough && trouble.isOpen;
    trouble.releaseThrough();
    if (isGivenBack) for (const member of this.#members(trouble)) member.releaseThrough();
  }

  // ---------------------------------------------------------------------------- people

  /** An order to whoever leads is one to all of them. */
  hear(word: Omit<Word, 'heardAt'>, head: Trouble): void {
    const heard = { ...word, heardAt: this.now };
    const counted = head.hear(heard, this.now);
    if (!counted && !(TAKES_MORE.includes(word.verb) && head.responder === word.responder)) return;
    if (word.verb === 'acknowledge' || word.verb === 'arrive')
      for (const member of this.#members(head)) member.hearThrough(heard, this.now);
    if (word.verb === 'close') this.#explainsNoMore(head);
    if (word.verb === 'resolve') this.#end(head, heard, ({ condition }) => condition === 'cleared', 'grouped');
    if (word.verb === 'cancel') this.#end(head, heard, ({ hold }) => hold?.reason === 'grouped', 'explained');
  }

  /** Ends with the head those that are meant; those that had waited for that reason go on, as one group. */
  #end(head: Trouble, word: Word, isMeant: (trouble: Trouble) => boolean, left: Hold['reason']): void {
    const behind: Trouble[] = [];
    for (const look = [head]; look.length > 0;) {
      for (const follower of this.#followers(look.shift() as Trouble)) {
        behind.push(follower);
        if (!isMeant(follower)) continue;
        look.push(follower);
        follower.hearThrough(word, this.now);
      }
    }
    this.#goOn(behind.filter(({ isOpen, hold }) => isOpen && hold?.reason === left));
  }
}

function lasts({ sources }: Trouble): boolean {
  return sources.has(SENSOR);
}

export function wordOf(verb: Word['verb'], responder: string): Omit<Word, 'heardAt'> {
  return { verb, responder, proof: 'declared', to: null, note: 'because' };
}
