import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { LINK } from '../api/links.ts';
import { lastOutcome } from '../api/outbox.ts';
import { useValue } from '../api/value.ts';
import { AloneHeader } from './alone.tsx';

interface Props {
  /** Why the link shows nothing, as title and text; undefined: it works, or nobody knows yet. */
  readonly ended: readonly [string, string] | undefined;
  /** Said until there is something to show. */
  readonly waiting: string;
  /** Null: not there yet. */
  readonly children: ReactNode;
}

/** The page behind a signed link, for whoever holds it: what it shows, or why it does not. */
export function LinkFrame({ ended, waiting, children }: Props): ReactNode {
  return (
    <div className="alone">
      <AloneHeader />
      <main className="page">
        {ended && (
          <section className="panel">
            <h1>{ended[0]}</h1>
            <p>{ended[1]}</p>
          </section>
        )}
        {!ended && (children ?? <p className="quiet-note">{waiting}</p>)}
      </main>
    </div>
  );
}

/** What a word that was sent has changed is asked for at once. */
export function useLinkRefreshed(): void {
  const queries = useQueryClient();
  const outcome = useValue(lastOutcome);
  useEffect(() => {
    if (outcome && outcome.result !== 'waiting') void queries.invalidateQueries({ queryKey: [LINK] });
  }, [outcome, queries]);
}
