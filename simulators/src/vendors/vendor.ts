/** One request that a stand-in got, with its own path taken off. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Where the stand-in is reached: what its vendor's own address would be. */
  readonly root: string;
}

export interface Reply {
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body?: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a vendor's day is like; `now` is its own clock, epoch ms. */
export interface Day {
  readonly now: number;
  /** Counts this call and tells how many there were for the key within the last `perMs`, this one included. */
  readonly count: (key: string, perMs: number) => number;
  /** True the first time that the vendor sees this. */
  readonly first: (once: string) => boolean;
}

/**
 * A vendor's door, written from its own document and from nothing of ours: it checks what the vendor
 * checks and answers in the vendor's own words and codes.
 */
export interface Vendor {
  readonly name: string;
  readonly document: string;
  /** The answer, and what it has taken; a message that is not taken is null. */
  readonly answer: (call: Call, day: Day) => Answered;
  /** How it says that there were too many. */
  readonly throttled: Reply;
  /** How it says no for good; inside a 200 where the vendor does so. */
  readonly refused: Reply;
}

export interface Answered {
  readonly reply: Reply;
  /** What a person would see, or a machine take over. */
  readonly taken?: unknown;
}

/** The body as a JSON object; null when it is none. */
export function jsonOf(call: Pick<Call, 'body'>): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(call.body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** An object within an object; empty when there is none. */
export function objectAt(value: Readonly<Record<string, unknown>> | null, key: string): Record<string, unknown> {
  const inner = value?.[key];
  return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
}

export function isJson({ headers }: Pick<Call, 'headers'>): boolean {
  return /^application\/json\b/i.test(headers['content-type'] ?? '');
}
