import { useMemo, useReducer } from 'react';
import { readBook, readText, rewritten, type BookRead, type RawBook, type Written } from './written.ts';

/** A text that somebody edits, in a form or as it is: both views change the same document. */
export interface Draft {
  readonly text: string;
  readonly written: Written;
  /** Null while the text is no YAML. */
  readonly read: BookRead | null;
  readonly isChanged: boolean;
  readonly setText: (text: string) => void;
  /** What the text shall say from now on; changes with one key in a row are undone together. */
  readonly change: (raw: RawBook, key: string) => void;
  /** Null: there is nothing to undo. */
  readonly undo: (() => void) | null;
}

interface Kept {
  readonly text: string;
  readonly past: readonly string[];
  readonly key: string | null;
}

type Edit = { readonly text: string; readonly key: string } | 'undo';

/** Keeps the text, what it says, and the way back. */
export function useDraft(first: string): Draft {
  const [{ text, past }, edit] = useReducer(edited, { text: first, past: [], key: null });
  const written = useMemo(() => readText(text), [text]);
  const read = useMemo(() => (written.ok ? readBook(written.raw) : null), [written]);
  return {
    text,
    written,
    read,
    isChanged: text !== first,
    setText: (to) => edit({ text: to, key: 'text' }),
    change: (raw, key) => edit({ text: rewritten(text, raw), key }),
    undo: past.length > 0 ? () => edit('undo') : null,
  };
}

function edited({ text, past, key }: Kept, edit: Edit): Kept {
  if (edit === 'undo') return { text: past.at(-1) ?? text, past: past.slice(0, -1), key: null };
  if (edit.text === text) return { text, past, key };
  return { text: edit.text, past: edit.key === key ? past : [...past, text], key: edit.key };
}
