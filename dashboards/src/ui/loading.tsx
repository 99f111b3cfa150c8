import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import { useSpeech } from '../words/language.tsx';

/** Shows what a question is at: the answer, that it is loading, or why it failed. */
export function Loaded<T>({
  query,
  children,
  missing,
}: {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  readonly children: (data: T) => ReactNode;
  /** What to say when the server has no such thing. */
  readonly missing?: string;
}): ReactNode {
  const { t } = useSpeech();
  if (query.data !== undefined) return children(query.data);
  if (!query.error) return <p className="quiet-note">{t.common.loading}</p>;
  const status = query.error instanceof ApiError ? query.error.status : 0;
  if (status === 404 && missing) return <p className="quiet-note">{missing}</p>;
  if (status === 403) return <p className="quiet-note">{t.accounts.notAllowed}</p>;
  return (
    <p className="quiet-note" role="alert">
      {status === 401 ? t.common.signedOut : t.common.failed} <small>{query.error.message}</small>{' '}
      <button type="button" className="act is-small" onClick={() => void query.refetch()}>
        {t.common.retry}
      </button>
    </p>
  );
}
