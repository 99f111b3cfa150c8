import type { ReactNode } from 'react';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Responding, ResponseDoor } from '../api/response.ts';
import { useResponding } from '../api/response.ts';
import { PARTS, type Part } from '../roster/differences.ts';
import { Findings } from '../ui/findings.tsx';
import { Ladder } from '../ui/ladder.tsx';
import { Loaded } from '../ui/loading.tsx';
import { GatewayPicker, useDoor } from '../ui/gateway-picker.tsx';
import { useSpeech } from '../words/language.tsx';
import { PlansEditor } from './plans-editor.tsx';
import { PlanVersions } from './plans-versions.tsx';

/** Every response plan as a ladder, what is doubtful about them, and on the cloud a way to edit them. */
export function PlansPage(): ReactNode {
  const { t } = useSpeech();
  const door = useDoor();
  return (
    <>
      <h1>{t.plans.title}</h1>
      <p className="lead">{t.plans.lead}</p>
      <GatewayPicker />
      <Loaded query={useResponding(door)}>{(state) => door && <Plans state={state} door={door} />}</Loaded>
    </>
  );
}

function Plans({ state, door }: { readonly state: Responding; readonly door: ResponseDoor }): ReactNode {
  const { t } = useSpeech();
  const [search] = useSearchParams();
  const wanted = PARTS.find((part) => part === search.get('edit'));
  const [editing, setEditing] = useState<Part | null>(wanted ?? null);
  const { cloud, book } = state;
  return (
    <>
      <Source state={state} />
      {cloud && !editing && (
        <button type="button" className="act is-small" onClick={() => setEditing('plans')}>
          {t.plans.edit}
        </button>
      )}
      {cloud && editing ? (
        <PlansEditor door={door} cloud={cloud} part={editing} onDone={() => setEditing(null)} />
      ) : (
        <>
          <section className="panel" aria-label={t.plans.findings}>
            <h2>{t.plans.findings}</h2>
            <Findings findings={state.findings} />
          </section>
          {book.plans.length === 0 && <p className="quiet-note">{t.plans.none}</p>}
          <div className="ladders">
            {book.plans.map((plan) => (
              <Ladder key={plan.id} plan={plan} book={book} />
            ))}
          </div>
        </>
      )}
      {cloud && <PlanVersions door={door} />}
    </>
  );
}

/** Where what counts comes from, and whether the gateway goes by it. */
function Source({ state: { own, cloud } }: { readonly state: Responding }): ReactNode {
  const { t, format } = useSpeech();
  const version = own?.version ?? cloud?.newest?.version ?? null;
  const newest = cloud?.newest ?? null;
  return (
    <p className="plan-source">
      {version === null ? t.rosters.registrySays : t.rosters.cloudSays(format.number(version))}
      {newest && (
        <span className={newest.state === 'refused' ? 'is-bad' : newest.state === 'pending' ? 'is-warn' : 'is-good'}>
          {' '}
          {t.versionState[newest.state]} {newest.reason}
        </span>
      )}
      {own?.trouble && <span className="is-warn block">{own.trouble}</span>}
      {own && <small className="faint block">{t.plans.editInCloud}</small>}
    </p>
  );
}
