import type { ReactNode } from 'react';
import { useResponseVersions, useRollback, type ResponseDoor } from '../api/response.ts';
import { Loaded } from '../ui/loading.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { useSpeech } from '../words/language.tsx';
import { useShortTime } from '../words/short-time.ts';

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Every version with what the gateway said to it; an old one can be made the newest again. */
export function PlanVersions({ door }: { readonly door: ResponseDoor }): ReactNode {
  const { t, format } = useSpeech();
  const { moment } = useShortTime();
  const { person } = useDirectory();
  const rollback = useRollback(door);
  return (
    <Loaded query={useResponseVersions(door)}>
      {({ items }) =>
        items.length > 0 && (
          <section className="panel" aria-label={t.plans.versions}>
            <h2>{t.plans.versions}</h2>
            <ul className="row-list">
              {items.map(({ version, at, by, note, state, reason }, index) => (
                <li key={version}>
                  <span>
                    <b>{format.number(version)}</b> {t.versionState[state]}
                    {reason && <span className="is-bad"> {reason}</span>}
                    <small className="faint block">
                      {moment(at, ZONE)} {by && t.plans.by(person(by))} {note && `· ${note}`}
                    </small>
                  </span>
                  {index > 0 && (
                    <button
                      type="button"
                      className="act is-small"
                      disabled={rollback.isPending}
                      onClick={() => rollback.mutate(version)}
                    >
                      {t.plans.rollback}
                    </button>
                  )}
                </li>
              ))}
            </ul>
            <Refusal error={rollback.error} />
          </section>
        )
      }
    </Loaded>
  );
}
