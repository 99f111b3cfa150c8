import { readdirSync, readFileSync } from 'node:fs';
import type { Message } from '../src/domain/decoded.ts';

const VECTORS = new URL('../../simulators/vectors/', import.meta.url);

interface Vector {
  readonly family: string;
  readonly messages: readonly {
    readonly topic: string;
    readonly payload: string | { readonly base64: string };
    readonly retain?: boolean;
  }[];
}

/** The messages of every dialect's vectors, by family, in the order in which they are told. */
export function vectorMessages(): ReadonlyMap<string, Message[]> {
  const files = readdirSync(VECTORS).filter((name) => name.endsWith('.json'));
  const vectors = files.flatMap((name) => JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8')) as Vector[]);
  const families = Map.groupBy(vectors, ({ family }) => family);
  return new Map(
    [...families].map(([family, own]) => [family, own.flatMap(({ messages }) => messages.map(messageOf))]),
  );
}

function messageOf({ topic, payload, retain }: Vector['messages'][number]): Message {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload.base64, 'base64');
  return { topic, payload: new Uint8Array(bytes), retain: retain === true, receivedAt: null };
}
