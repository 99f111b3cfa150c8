import { useState, type ReactNode } from 'react';
import { choicesOf } from '../roster/choices.ts';
import type { Part } from '../roster/differences.ts';
import { entriesOf } from '../roster/entries.ts';
import { usesOf, type Use } from '../roster/uses.ts';
import type { RawBook } from '../roster/written.ts';
import { useSpeech } from '../words/language.tsx';
import { TextField, useEditing } from './plans-form-fields.tsx';

/** An id, as long as nothing else goes by it: whoever is named elsewhere keeps theirs. */
export function IdField({ part }: { readonly part: Part }): ReactNode {
  const { t } = useSpeech();
  const { entry, raw } = useEditing();
  // Decided when the entry is opened: what is being typed may be somebody's id for a moment.
  const [uses] = useState(() => usesOf(raw, part, String(entry['id'] ?? '')));
  return (
    <>
      <TextField path={['id']} isReadOnly={uses.length > 0} />
      {uses.length > 0 && (
        <details className="plan-more">
          <summary>{t.bookForm.idStays}</summary>
          <UseList uses={uses} raw={raw} />
        </details>
      )}
    </>
  );
}

interface UseListProps {
  readonly uses: readonly Use[];
  readonly raw: RawBook;
  /** Shows the entry that names somebody; absent: it is only told. */
  readonly onGo?: (part: Part, index: number) => void;
}

/** Places where somebody is named, one below the other. */
export function UseList({ uses, raw, onGo }: UseListProps): ReactNode {
  const { t, language } = useSpeech();
  const nameOf = ({ part, id }: Use): string =>
    choicesOf(raw, part, language).find((choice) => choice.id === id)?.label ?? id;
  return (
    <ul className="plan-uses">
      {uses.map((use) => {
        const text = `${t.planForm.part[use.part]} ${nameOf(use)} · ${t.bookForm.place[use.place](use.which ?? '')}`;
        const index = entriesOf(raw, use.part).findIndex(({ id }) => id === use.id);
        return (
          <li key={`${use.part} ${use.id} ${use.place} ${use.which}`}>
            {onGo ? (
              <button type="button" className="plan-go" onClick={() => onGo(use.part, index)}>
                {text}
              </button>
            ) : (
              text
            )}
          </li>
        );
      })}
    </ul>
  );
}
