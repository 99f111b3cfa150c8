import type { FollowUp, FollowUpOutcome, FollowUpSummary } from '@keepsite/cloud-contract';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { Link } from 'wouter';
import { useAttempt, useFollowUps, type FollowUpFilter } from '../api/after.ts';
import { faultWord } from '../incident/fault-word.ts';
import { CloudPage } from '../ui/cloud-page.tsx';
import { ClientSelect, useClientName } from '../ui/client-select.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { useResponder } from '../ui/responder.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';

const FILTERS: readonly FollowUpFilter[] = ['open', 'overdue', 'done', 'unsatisfied'];
const OUTCOMES: readonly FollowUpOutcome[] = ['satisfied', 'unsatisfied', 'unreachable'];
const SCORES = [1, 2, 3, 4, 5];

/** Whom to ask how it went, the most urgent first; the answer is noted with two taps on a phone. */
export function FollowUpsPage(): ReactNode {
  const { t } = useSpeech();
  const [state, setState] = useState<FollowUpFilter>('open');
  const [client, setClient] = useState('');
  return (
    <CloudPage title={t.after.followUps} lead={t.followUp.lead}>
      <div className="filters">
        <select
          value={state}
          onChange={(change) => setState(change.target.value as FollowUpFilter)}
          aria-label={t.after.followUps}
        >
          {FILTERS.map((one) => (
            <option key={one} value={one}>
              {t.followUp.state[one]}
            </option>
          ))}
        </select>
        <ClientSelect client={client} onPick={setClient} />
      </div>
      <Loaded query={useFollowUps(state, client)}>
        {({ items, summary }) => (
          <>
            <Summary summary={summary} />
            {items.length === 0 && <p className="quiet-note">{t.followUp.none[state]}</p>}
            <ul className="stack">
              {items.map((one) => (
                <FollowUpCard key={one.id} one={one} />
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </CloudPage>
  );
}

function Summary({ summary }: { readonly summary: FollowUpSummary }): ReactNode {
  const { t, format } = useSpeech();
  if (summary.done === 0) return null;
  return (
    <p className="faint tabular">
      {t.followUp.summary(summary.onTime, summary.done)} · {t.followUp.outcome.satisfied} {summary.satisfied} ·{' '}
      {t.followUp.outcome.unsatisfied} {summary.unsatisfied}
      {summary.meanScore !== null && ` · ${t.followUp.mean(format.number(summary.meanScore, 1))}`}
    </p>
  );
}

function FollowUpCard({ one }: { readonly one: FollowUp }): ReactNode {
  const { t, name } = useSpeech();
  const clientName = useClientName();
  const [outcome, setOutcome] = useState<FollowUpOutcome | null>(null);
  return (
    <li className={one.overdue ? 'panel after-card is-late' : 'panel after-card'}>
      <p className="after-marks">
        <b>{clientName(one.client)}</b>
        <span className="tag">{t.followUp.kind[one.kind]}</span>
        <When one={one} />
      </p>
      <h2>{name(one.title)}</h2>
      <About one={one} />
      <Attempts one={one} />
      {one.state === 'open' && outcome === null && (
        <fieldset className="after-answers">
          <legend className="unseen">{t.followUp.ask}</legend>
          {OUTCOMES.map((each) => (
            <button key={each} type="button" className="act" onClick={() => setOutcome(each)}>
              {t.followUp.outcome[each]}
            </button>
          ))}
        </fieldset>
      )}
      {outcome !== null && <AnswerForm id={one.id} outcome={outcome} onLeave={() => setOutcome(null)} />}
    </li>
  );
}

function When({ one }: { readonly one: FollowUp }): ReactNode {
  const { t, format } = useSpeech();
  const due = format.dateTime(one.dueAt);
  if (one.state === 'withdrawn') return <span className="faint">{t.followUp.withdrawn}</span>;
  if (one.state === 'done')
    return (
      <span className={one.outcome === 'unsatisfied' ? 'is-bad' : 'faint'}>
        {one.outcome && t.followUp.outcome[one.outcome]}
        {one.score !== null && ` ${one.score}/5`}
      </span>
    );
  if (one.overdue) return <span className="is-bad">{t.followUp.late(due)}</span>;
  return (
    <span className="faint">{one.nextAt ? t.followUp.next(format.dateTime(one.nextAt)) : t.followUp.due(due)}</span>
  );
}

function About({ one }: { readonly one: FollowUp }): ReactNode {
  const { t, format } = useSpeech();
  const { asset, site, zoneOf } = useDirectory();
  const lines = one.incidents.map((incident) => (
    <li key={incident.id}>
      <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>
        {faultWord(incident.fault, t.fault)} · {asset(incident.asset)}
      </Link>{' '}
      <small className="faint">
        {site(incident.site)} · {format.dateTime(incident.openedAt, zoneOf(incident.site))}
      </small>
    </li>
  ));
  if (lines.length <= 3) return <ul className="after-about">{lines}</ul>;
  return (
    <details className="behind">
      <summary>{t.followUp.about(lines.length)}</summary>
      <ul className="after-about">{lines}</ul>
    </details>
  );
}

function Attempts({ one }: { readonly one: FollowUp }): ReactNode {
  const { t, format } = useSpeech();
  const { person } = useDirectory();
  const last = one.attempts.at(-1);
  if (!last) return null;
  return (
    <p className="after-note">
      {last.note && <q>{last.note}</q>}{' '}
      <small className="faint">
        {t.followUp.outcome[last.outcome]} · {t.followUp.answered(person(last.by), format.dateTime(last.at))}
        {one.attempts.length > 1 && ` · ${t.followUp.tries(one.attempts.length)}`}
      </small>
    </p>
  );
}

interface AnswerFormProps {
  readonly id: string;
  readonly outcome: FollowUpOutcome;
  readonly onLeave: () => void;
}

function AnswerForm({ id, outcome, onLeave }: AnswerFormProps): ReactNode {
  const { t } = useSpeech();
  const responder = useResponder();
  const attempt = useAttempt(id);
  const [score, setScore] = useState<number | null>(null);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const note = new FormData(event.currentTarget).get('note');
    const said = typeof note === 'string' && note.trim() !== '' ? note : null;
    attempt.mutate({ by: responder ?? 'unknown', outcome, score, note: said }, { onSuccess: onLeave });
  };
  return (
    <form className="form" onSubmit={submit}>
      <b>{t.followUp.outcome[outcome]}</b>
      {outcome !== 'unreachable' && (
        <fieldset className="after-scores">
          <legend>{t.followUp.score}</legend>
          {SCORES.map((each) => (
            <button
              key={each}
              type="button"
              className="act"
              aria-pressed={score === each}
              onClick={() => setScore(score === each ? null : each)}
            >
              {each}
            </button>
          ))}
        </fieldset>
      )}
      <label>
        {t.followUp.note}
        <textarea name="note" rows={2} maxLength={2000} />
      </label>
      {outcome === 'unsatisfied' && <p className="note">{t.followUp.complaint}</p>}
      {outcome === 'unreachable' && <p className="note">{t.followUp.again}</p>}
      <Refusal error={attempt.error} />
      <p className="after-buttons">
        <button type="button" className="act" onClick={onLeave}>
          {t.after.cancel}
        </button>
        <button type="submit" className="act is-primary" disabled={attempt.isPending}>
          {t.after.save}
        </button>
      </p>
    </form>
  );
}
