import type { ReactNode } from 'react';
import { orders } from '../api/outbox.ts';
import { useValue } from '../api/value.ts';
import { useSpeech } from '../words/language.tsx';
import { LanguageButton } from './language-button.tsx';
import { DeadBanner } from './notices.tsx';
import { Sign } from './shapes.tsx';

/** The header of a page that stands alone: nobody is signed in, and there is nowhere else to go. */
export function AloneHeader(): ReactNode {
  return (
    <>
      <header className="top">
        <span className="brand">
          <Sign />
          <span>Keepsite</span>
        </span>
        <div className="top-side">
          <LanguageButton />
        </div>
      </header>
      <DeadBanner />
    </>
  );
}

/** How much this phone keeps until there is a line; nothing when nothing waits. */
export function NoLine({ incident }: { readonly incident: string }): ReactNode {
  const { t } = useSpeech();
  const waiting = useValue(orders).filter((order) => order.incident === incident && order.state === 'waiting');
  if (waiting.length === 0) return null;
  return (
    <output className="warn no-line">
      <b>{t.acting.kept(waiting.length)}</b> {t.acting.noLine}
    </output>
  );
}
