import type { Command, Condition, Proof, Response, Term, Verdict } from '@keepsite/edge-contract';

/** When each promise is due, and the step that takes an unfollowed acknowledgement back; seconds after T0. */
export interface Terms {
  readonly due: Readonly<Record<Term, number>>;
  readonly steps: readonly number[];
  /** Index of the step that releases. */
  readonly releases: number;
  readonly proof: Proof;
}

/** What a person says, as the reference sees it. */
export type Word = Pick<Command, 'verb' | 'responder' | 'proof' | 'to' | 'note'> & { readonly heardAt: number };

const TERMS: readonly Term[] = ['acknowledge', 'on_site', 'resolve'];
const CLOSES_AFTER_MS = 600_000;

/**
 * One fault of one asset, as the promises tell it and with nothing of the edge's own code: three fields that
 * do not touch each other. What people do is a list of deeds with their instants; a promise is kept when one of
 * its deeds was in time, whenever it was heard of. What sensors say is a set of sources. All of it can be said
 * of a state and of now, so that nothing depends on who looked when.
 */
export class Episode {
  readonly openedAt: number;
  readonly #terms: Terms;
  readonly #deeds: Record<Term, number[]> = { acknowledge: [], on_site: [], resolve: [] };
  /** When promises and ladder began: with the fault, or when maintenance was over. */
  #from: number;
  /** When the announced work ends during which it began; null: nothing holds it back. */
  heldUntil: number | null;
  #excluded: ReadonlySet<Term> = new Set();
  sources: ReadonlySet<string>;
  condition: Condition = 'active';
  occurrences = 1;
  response: Response = 'open';
  responder: string | null = null;
  stepsTaken = 0;
  acknowledgedAt: number | null = null;
  #resolvedAt = Infinity;
  #isProved = false;

  constructor(openedAt: number, source: string, terms: Terms, heldUntil: number | null = null) {
    this.openedAt = openedAt;
    this.#from = openedAt;
    this.sources = new Set([source]);
    this.#terms = terms;
    this.heldUntil = heldUntil;
    if (heldUntil !== null) this.#excluded = new Set(TERMS);
  }

  /** While something holds it, nothing of its ladder is taken. */
  get isHeld(): boolean {
    return this.heldUntil !== null;
  }

  get isOpen(): boolean {
    return this.response === 'open' || this.response === 'acknowledged' || this.response === 'on_site';
  }

  get isOver(): boolean {
    return this.response === 'closed' || this.response === 'cancelled';
  }

  verdict(term: Term, now: number): Verdict {
    if (this.#excluded.has(term)) return 'excluded';
    const due = this.#from + this.#terms.due[term] * 1_000;
    if (this.#deeds[term].some((at) => at <= due)) return 'met';
    return this.#deeds[term].length > 0 || now > due ? 'breached' : 'running';
  }

  /** The ladder takes back what nobody followed up; what is mended and quiet closes; what outlasts maintenance begins. */
  pass(now: number): void {
    const { steps, releases } = this.#terms;
    if (this.isOpen && this.heldUntil !== null && this.heldUntil <= now) this.#workIsOver(now);
    const isDue = () => !this.isHeld && this.#from + (steps[this.stepsTaken] ?? Infinity) * 1_000 <= now;
    while ((this.response === 'open' || this.response === 'acknowledged') && isDue()) this.#take(releases);
    const isQuiet = this.response === 'resolved' && this.condition === 'cleared';
    if (isQuiet && this.#resolvedAt + CLOSES_AFTER_MS <= now && !this.#isUndecided(now)) this.response = 'closed';
  }

  #workIsOver(now: number): void {
    if (this.condition === 'cleared') this.response = 'closed';
    else this.#begin(now);
  }

  /** What somebody has done already is not asked of him again. */
  #begin(now: number): void {
    const done = { open: 0, acknowledged: 1, on_site: 2 }[this.response as 'open' | 'acknowledged' | 'on_site'];
    this.heldUntil = null;
    this.#from = now;
    this.#excluded = new Set(TERMS.slice(0, done));
    for (const term of TERMS.slice(done)) this.#deeds[term] = [];
  }

  #isUndecided(now: number): boolean {
    return TERMS.some((term) => this.verdict(term, now) === 'running');
  }

  // ---------------------------------------------------------------------------- sensors

  raised(source: string): void {
    if (!this.sources.has(source) && this.condition !== 'active') this.occurrences += 1;
    this.sources = new Set([...this.sources, source]);
    this.condition = 'active';
  }

  cleared(source: string): void {
    if (!this.sources.has(source)) return;
    this.sources = new Set([...this.sources].filter((one) => one !== source));
    if (this.sources.size === 0) this.condition = 'cleared';
  }

  silent(): void {
    if (this.sources.size > 0) this.condition = 'no_data';
  }

  /** Until it says otherwise, what it had said still lasts. */
  heardAgain(): void {
    if (this.condition === 'no_data') this.condition = 'active';
  }

  // ---------------------------------------------------------------------------- people

  /** True when it counted. It counts from when it was first heard, but never from before T0 nor from the future. */
  hear({ verb, responder, proof, to, note, heardAt }: Word, now: number): boolean {
    const at = Math.max(this.openedAt, Math.min(heardAt, now));
    switch (verb) {
      case 'acknowledge':
        return this.#acknowledge(responder, at);
      case 'arrive':
        return this.#arrive(responder, proof, at);
      case 'resolve':
        return this.#resolve(responder, proof, at);
      case 'close':
        if (this.response !== 'resolved' || this.#isUndecided(now)) return false;
        this.response = 'closed';
        return true;
      case 'cancel':
        if (this.isOver || !note) return false;
        this.#excluded = new Set(TERMS.filter((term) => ['running', 'excluded'].includes(this.verdict(term, now))));
        this.response = 'cancelled';
        return true;
      case 'release':
        if (this.response !== 'acknowledged') return false;
        this.response = 'open';
        this.responder = null;
        return true;
      case 'handover':
        if (!to || !this.isOpen) return false;
        this.responder = to;
        return true;
      case 'escalate':
        if (!this.isOpen) return false;
        if (this.isHeld) return this.#takeOut(now);
        if (this.stepsTaken >= this.#terms.steps.length) return false;
        this.#take(this.#terms.releases);
        return true;
      case 'note':
        return Boolean(note);
      default:
        throw new RangeError(`the reference does not know ${verb}`);
    }
  }

  /** Who is first has it; who was first and is heard of late still saves the promise. */
  #acknowledge(responder: string, at: number): boolean {
    this.#deeds.acknowledge.push(at);
    if (this.response !== 'open') return false;
    this.response = 'acknowledged';
    this.responder = responder;
    this.acknowledgedAt ??= at;
    return true;
  }

  #arrive(responder: string, proof: Proof, at: number): boolean {
    if (this.#terms.proof === 'declared' || proof === 'verified') this.#deeds.on_site.push(at);
    const isThere = this.response === 'on_site' && (proof === 'declared' || this.#isProved);
    if (!this.isOpen || isThere) return false;
    this.#isProved ||= proof === 'verified';
    if (this.response === 'open') this.#acknowledge(responder, at);
    this.response = 'on_site';
    this.responder = responder;
    return true;
  }

  #resolve(responder: string, proof: Proof, at: number): boolean {
    if (!this.isOpen) return false;
    if (this.response !== 'on_site' || proof === 'verified') this.#arrive(responder, proof, at);
    this.#deeds.resolve.push(at);
    this.response = 'resolved';
    this.responder = responder;
    this.#resolvedAt = at;
    return true;
  }

  /** Somebody says that it is none of the work's business: one page at least leaves at once. */
  #takeOut(now: number): true {
    const before = this.stepsTaken;
    this.goOn(now);
    this.pass(now);
    if (this.stepsTaken === before && before < this.#terms.steps.length) this.#take(this.#terms.releases);
    return true;
  }

  /** Nothing holds it any more. */
  protected goOn(now: number): void {
    this.#begin(now);
  }

  #take(releases: number): void {
    if (this.stepsTaken === releases && this.response === 'acknowledged') {
      this.response = 'open';
      this.responder = null;
    }
    this.stepsTaken += 1;
  }
}
