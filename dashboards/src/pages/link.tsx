import type { Incident, LinkBody, Verb } from '@keepsite/edge-contract';
import { useEffect, useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { ApiError } from '../api/http.ts';
import { dropLink, useLink, type LinkShown } from '../api/links.ts';
import { lastOutcome, orderByLink, type Order } from '../api/outbox.ts';
import { useValue } from '../api/value.ts';
import type { Names } from '../incident/timeline.ts';
import { tell, tellActor } from '../incident/timeline.ts';
import { nextVerb } from '../incident/urgency.ts';
import { durationText } from '../time/countdown.ts';
import { usePending } from '../ui/actions.tsx';
import { NoLine } from '../ui/alone.tsx';
import { CodeField } from '../ui/code-field.tsx';
import { Countdown, SideClock } from '../ui/countdown.tsx';
import { Photo, PhotoButton } from '../ui/photo.tsx';
import { LinkFrame, useLinkRefreshed } from '../ui/link-frame.tsx';
import { HoldTags } from '../ui/hold.tsx';
import { SeverityMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';

/** What a link that does not work (any more) is answered with. */
const ENDS = ['LINK_FORGED', 'LINK_EXPIRED', 'LINK_OVER', 'LINK_REVOKED'];

/** One incident for one person on one phone, without a login: what it is, how long is left, the next thing to do. */
export function LinkPage({ token }: { readonly token: string }): ReactNode {
  const { data: view, error } = useLink(token);
  const { t } = useSpeech();
  const isOver = error instanceof ApiError && ENDS.includes(error.code);
  useEffect(() => {
    if (isOver) dropLink(token);
  }, [isOver, token]);
  useLinkRefreshed();
  const ended = error instanceof ApiError && (isOver || !view) ? t.acting.ended[error.code] : undefined;
  return (
    <LinkFrame ended={ended} waiting={error ? t.acting.noLine : t.acting.asked}>
      {view ? <LinkIncident token={token} view={view} /> : null}
    </LinkFrame>
  );
}

interface Props {
  readonly token: string;
  readonly view: LinkShown;
}

function LinkIncident({ token, view }: Props): ReactNode {
  const { t, name, format } = useSpeech();
  const { incident, person, place, timeZone, expiresAt } = view;
  const holder = incident.responder === null ? t.wall.nobody : namesOf(view).person(incident.responder);
  return (
    <>
      <NoLine incident={incident.id} />
      <section className={`panel is-toned sev-${incident.severity} is-${incident.response}`}>
        <p className="incident-marks">
          <SeverityMark severity={incident.severity} />
          <span className="tag">{t.condition[incident.condition]}</span>
          {incident.simulated && <span className="tag is-sim">{t.wall.simulated}</span>}
          <HoldTags incident={incident} />
        </p>
        <h1>{name(incident.summary)}</h1>
        <p className="lead">{name(place)}</p>
        {incident.group && (
          <p>
            {name(incident.group.text)} · {t.storm.takeAll}
          </p>
        )}
        <div className="card-time">
          <Countdown incident={incident} />
          <SideClock incident={incident} term="acknowledge" />
        </div>
        <p className="incident-who">
          <b className={incident.responder ? '' : 'is-nobody'}>{holder}</b>{' '}
          <span>{incident.responder === null ? null : t.response[incident.response]}</span>
        </p>
      </section>
      <LinkActions token={token} view={view} />
      <Story token={token} view={view} />
      <p className="faint small">
        {t.acting.actingAs(person.name)} {t.acting.works(format.dateTime(expiresAt, timeZone))}
      </p>
    </>
  );
}

function namesOf({ place, person, others }: LinkShown): Names {
  const known = new Map([person, ...others].map(({ id, name }) => [id, name]));
  return { asset: () => place.zh, person: (id) => known.get(id) ?? id };
}

function LinkActions({ token, view }: Props): ReactNode {
  const { t } = useSpeech();
  const [code, setCode] = useState('');
  const { incident, may, others } = view;
  const pending = useOnTheWay(view);
  const refused = useRefused(view);
  const next = nextVerb(incident.response);
  const act = async (verb: Verb, words: Omit<LinkBody, 'commandId'> = {}): Promise<void> => {
    await orderByLink(token, incident.id, verb, words);
  };
  const mustProve = incident.plan?.proof === 'verified';
  const small = { view, act, pending };
  return (
    <section className="panel link-actions">
      {next && may.includes(next) && (
        <>
          {next === 'arrive' && <CodeField code={code} mustProve={mustProve} onChange={setCode} />}
          <button
            type="button"
            className={`act is-primary is-big${pending.has(next) ? ' is-pending' : ''}`}
            disabled={pending.has(next)}
            onClick={() => void act(next, next === 'arrive' && code !== '' ? { code } : {})}
          >
            {t.bigVerb[next]}
            <Waiting state={pending.get(next)} />
          </button>
        </>
      )}
      {refused !== null && (
        <p className="warn" role="alert">
          {t.acting.refused(refused)}
        </p>
      )}
      <div className="link-row">
        {may.includes('note') && <PhotoButton path={`/api/links/${token}`} incident={incident.id} words={{}} />}
        {may.includes('escalate') && <Small verb="escalate" {...small} when={['open', 'acknowledged']} />}
        {may.includes('release') && <Small verb="release" {...small} when={['acknowledged']} />}
      </div>
      {may.includes('handover') && others.length > 0 && incident.response === 'acknowledged' && (
        <HandOver others={others} act={act} />
      )}
      {may.includes('note') && <NoteForm act={act} />}
      {pending.get('note') === 'sent' && <Waiting state="sent" />}
    </section>
  );
}

type OnTheWay = ReadonlyMap<string, Order['state']>;

/** What this phone has not sent yet, and what the cloud keeps for the gateway, whichever visit sent it. */
function useOnTheWay({ incident, orders = [] }: LinkShown): OnTheWay {
  const own = usePending(incident.id);
  const kept = orders.filter(({ state }) => state === 'pending' || state === 'delivered');
  return new Map([
    ...kept.map(({ verb }) => [verb, 'sent'] as const),
    ...Array.from(own, ([verb, { state }]) => [verb, state] as const),
  ]);
}

/** Why the newest order was not done; null: it was, or nobody has decided. */
function useRefused({ incident, orders = [] }: LinkShown): string | null {
  const outcome = useValue(lastOutcome);
  const told = orders.at(-1);
  if (outcome?.order.incident === incident.id && outcome.result === 'refused') return outcome.reason ?? '';
  return told?.state === 'refused' ? (told.reason ?? '') : null;
}

/** It lies on this phone, or is sent and waits for the gateway to decide. */
function Waiting({ state }: { readonly state: Order['state'] | undefined }): ReactNode {
  const { t } = useSpeech();
  if (!state) return null;
  return <small>{state === 'waiting' ? t.action.waiting(1) : t.action.pending}</small>;
}

type Act = (verb: Verb, words?: Omit<LinkBody, 'commandId'>) => Promise<void>;

interface SmallProps {
  readonly verb: Verb;
  readonly view: LinkShown;
  readonly act: Act;
  readonly pending: OnTheWay;
  readonly when: readonly Incident['response'][];
}

function Small({ verb, view, act, pending, when }: SmallProps): ReactNode {
  const { t } = useSpeech();
  if (!when.includes(view.incident.response)) return null;
  return (
    <button type="button" className="act" disabled={pending.has(verb)} onClick={() => void act(verb)}>
      {t.verb[verb]}
      <Waiting state={pending.get(verb)} />
    </button>
  );
}

function HandOver({ others, act }: { readonly others: LinkShown['others']; readonly act: Act }): ReactNode {
  const { t } = useSpeech();
  return (
    <select
      className="link-hand"
      value=""
      aria-label={t.acting.handTo}
      onChange={(change) => void act('handover', { to: change.target.value })}
    >
      <option value="" disabled>
        {t.acting.handTo}
      </option>
      {others.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

function NoteForm({ act }: { readonly act: Act }): ReactNode {
  const { t } = useSpeech();
  const id = useId();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const note = new FormData(event.currentTarget).get('note');
    if (typeof note === 'string' && note.trim() !== '') void act('note', { note: note.trim() });
    event.currentTarget.reset();
  };
  return (
    <form className="link-note" onSubmit={submit}>
      <label htmlFor={id}>{t.acting.note}</label>
      <textarea id={id} name="note" rows={2} maxLength={4000} required />
      <button type="submit" className="act">
        {t.acting.noteSend}
      </button>
    </form>
  );
}

/** What happened, the newest first; who was paged how is the dispatcher's business. */
function Story({ token, view }: Props): ReactNode {
  const { t, format } = useSpeech();
  const { incident, timeZone } = view;
  const names = namesOf(view);
  const entries = incident.timeline.filter(({ kind }) => kind !== 'paged' && kind !== 'page' && kind !== 'step');
  return (
    <section className="panel timeline">
      <h2>{t.incident.timeline}</h2>
      <ol>
        {entries.toReversed().map((entry) => (
          <li key={entry.seq} className={`tone-${tell(entry, t, names, incident).tone}`}>
            <b className="tabular since">{durationText(Date.parse(entry.at) - Date.parse(incident.openedAt))}</b>
            <div>
              <p>{tell(entry, t, names, incident).text}</p>
              {entry.kind === 'photo' && <Photo path={`/api/links/${token}`} entry={entry} />}
              <small className="faint">
                {format.time(entry.at, timeZone)} · {tellActor(entry, t, names, incident.orders)}
                {typeof entry.detail['saidAt'] === 'string' &&
                  ` · ${t.acting.saidAt(format.time(entry.detail['saidAt'], timeZone))}`}
              </small>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
