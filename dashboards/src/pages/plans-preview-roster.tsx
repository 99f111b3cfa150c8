import type { RosterView } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';
import { Turning, Week } from './roster-week.tsx';

interface RosterPreviewProps {
  readonly roster: string;
  /** Null: the checks have said nothing yet, or something is wrong with the roster. */
  readonly week: RosterView | null;
  readonly onTurn: (from: string | null) => void;
}

/** Who would be on call in a week, by the roster as it is being written. */
export function RosterPreview({ roster, week, onTurn }: RosterPreviewProps): ReactNode {
  const { t } = useSpeech();
  const view = week?.roster === roster ? week : null;
  return (
    <section className="panel roster-preview" aria-label={t.bookForm.week}>
      <h2>
        {t.bookForm.week} <small className="faint">{roster}</small>
      </h2>
      {view ? (
        <>
          <Turning view={view} onTurn={onTurn} />
          <Week view={view} />
          <small className="faint">{t.planForm.previewHint(view.zone)}</small>
        </>
      ) : (
        <p className="faint small">{t.planForm.previewWaits}</p>
      )}
    </section>
  );
}
