import { useEffect, useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useScreen, useSessionState } from '../api/access.ts';
import { EnterPage, type EnterMode } from '../pages/enter.tsx';

/** Addresses that are no pages of their own: links to them are handed to people who cannot sign in yet. */
export const DOORS: Readonly<Record<string, EnterMode>> = { '/setup': 'setup', '/welcome': 'code' };

const ASK_AGAIN_MS = 3_000;

/** Lets people in, in place of the page that they came for: the address stays, and with it the way there. */
export function Entrance({ wasIn }: { readonly wasIn: boolean }): ReactNode {
  const [path] = useLocation();
  const { data: state, error, refetch } = useSessionState();
  useScreenToken();
  // A dead line says nothing; ask again until somebody answers.
  useEffect(() => {
    if (!error) return undefined;
    const timer = setTimeout(() => void refetch(), ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error, refetch]);
  return (
    <main id="main" className="page">
      <EnterPage state={state} error={error} door={DOORS[path]} wasIn={wasIn} />
    </main>
  );
}

/** A screen on a wall has its token behind the `#` of its one address, where it stays: nobody will type it again. */
function useScreenToken(): void {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token'));
  const { mutate } = useScreen();
  useEffect(() => {
    if (token !== null) mutate({ token });
  }, [token, mutate]);
}
