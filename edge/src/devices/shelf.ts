import type { DecodeMemory } from '../domain/decoded.ts';

/**
 * A bounded place in the decoder's memory for what devices announced: at most {@link SHELVES} ×
 * {@link DEPTH} records of a kind, however many devices somebody invents. Records are plain JSON and
 * are replaced, never changed in place, because a transaction may be undone.
 */
interface Shelf<T> {
  readonly find: (memory: DecodeMemory, name: string) => T | undefined;
  readonly put: (memory: DecodeMemory, name: string, record: T) => void;
  readonly drop: (memory: DecodeMemory, name: string) => void;
}

const SHELVES = 256;
/** On a full shelf the record that was put there longest ago gives way. */
const DEPTH = 32;

type Row<T> = readonly (readonly [name: string, record: T])[];

export function shelf<T>(kind: string): Shelf<T> {
  const keyOf = (name: string) => `${kind}#${place(name)}`;
  const rowAt = (memory: DecodeMemory, key: string) => (memory.get(key) as Row<T> | undefined) ?? [];
  const others = (row: Row<T>, name: string) => row.filter(([kept]) => kept !== name);
  return {
    find: (memory, name) => rowAt(memory, keyOf(name)).find(([kept]) => kept === name)?.[1],
    put: (memory, name, record) => {
      const key = keyOf(name);
      memory.set(key, [...others(rowAt(memory, key), name), [name, record]].slice(-DEPTH));
    },
    drop: (memory, name) => {
      const key = keyOf(name);
      const row = rowAt(memory, key);
      if (row.some(([kept]) => kept === name)) memory.set(key, others(row, name));
    },
  };
}

/** FNV-1a, folded to a shelf's number. */
function place(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % SHELVES;
}
