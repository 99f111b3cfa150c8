import {
  type Actor,
  foldIncident,
  type Incident,
  type IncidentChange,
  type IncidentFact,
  instantText,
  type Millis,
} from '@keepsite/edge-contract';

/** The facts that follow from an input, oldest first, and why a command was refused (null: it was not). */
export interface Decision {
  readonly facts: readonly IncidentFact[];
  readonly refused: string | null;
}

/** The edge itself. */
export const SYSTEM: Actor = { kind: 'system', id: 'edge' };

/** Facts in the making: each is folded at once, so that the next one sees what it changed. */
export class Draft {
  readonly #facts: IncidentFact[] = [];
  readonly #id: string;
  readonly #edge: string;
  #incident: Incident | null;

  constructor(incident: Incident | null, id: string, edge: string) {
    this.#incident = incident;
    this.#id = id;
    this.#edge = edge;
  }

  get incident(): Incident {
    if (!this.#incident) throw new Error(`incident ${this.#id} has not been opened`);
    return this.#incident;
  }

  add(change: IncidentChange, by: Actor, at: Millis): void {
    const fact: IncidentFact = { incident: this.#id, at: instantText(at), by, change };
    this.#facts.push(fact);
    const seq = (this.#incident?.version ?? 0) + 1;
    this.#incident = foldIncident(this.#incident, { ...fact, edge: this.#edge, seq, recordedAt: fact.at });
  }

  system(change: IncidentChange, at: Millis): void {
    this.add(change, SYSTEM, at);
  }

  decision(refused: string | null = null): Decision {
    return { facts: this.#facts, refused };
  }
}
