import type { Incident, Verb } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useMay } from '../api/access.ts';
import { order, orders, type Order } from '../api/outbox.ts';
import { useValue } from '../api/value.ts';
import { alreadyDone, nextVerb } from '../incident/urgency.ts';
import { durationText } from '../time/countdown.ts';
import { useSpeech } from '../words/language.tsx';
import { useResponder } from './responder.tsx';

const STEPS = ['acknowledge', 'arrive', 'resolve'] as const satisfies readonly Verb[];

/** What is on its way for an incident, by verb. */
export function usePending(incident: string): ReadonlyMap<string, Order> {
  const all = useValue(orders);
  return new Map(all.filter((one) => one.incident === incident).map((one) => [one.verb, one]));
}

/** Acknowledge, on site, resolve: what is done with its time, what is next big, what comes later small. */
export function ActionBar({ incident }: { readonly incident: Incident }): ReactNode {
  const next = nextVerb(incident.response);
  const pending = usePending(incident.id);
  return (
    <div className="actions">
      {/* Whoever resolves a repair says on its page whether it is mended. */}
      {STEPS.filter((verb) => verb !== 'resolve' || !incident.repair).map((verb) => (
        <Step key={verb} verb={verb} incident={incident} next={next} pending={pending.get(verb)} />
      ))}
      {next === 'close' && <ActButton verb="close" incident={incident} primary pending={pending.get('close')} />}
    </div>
  );
}

interface StepProps {
  readonly verb: (typeof STEPS)[number];
  readonly incident: Incident;
  readonly next: Verb | null;
  readonly pending: Order | undefined;
}

function Step({ verb, incident, next, pending }: StepProps): ReactNode {
  if (alreadyDone(verb, incident.response)) return <DoneStep verb={verb} incident={incident} />;
  return <ActButton verb={verb} incident={incident} primary={next === verb} pending={pending} />;
}

function DoneStep({ verb, incident }: Pick<StepProps, 'verb' | 'incident'>): ReactNode {
  const { t } = useSpeech();
  const at = { acknowledge: incident.acknowledgedAt, arrive: incident.onSiteAt, resolve: incident.resolvedAt }[verb];
  if (!at) return null;
  return (
    <span className="act-done">
      <span aria-hidden="true">✓</span> {t.verb[verb]}{' '}
      <b>{durationText(Date.parse(at) - Date.parse(incident.openedAt))}</b>
    </span>
  );
}

interface ActButtonProps {
  readonly verb: Verb;
  readonly incident: Incident;
  readonly primary?: boolean;
  readonly big?: boolean;
  readonly pending: Order | undefined;
}

/** One tap orders one verb; nothing where the role may not. The button says "sent" until the edge's event says that it happened. */
export function ActButton({ verb, incident, primary = false, big = false, pending }: ActButtonProps): ReactNode {
  const { t } = useSpeech();
  const responder = useResponder();
  const may = useMay();
  if (!may(`incident.${verb}`)) return null;
  const label = (big ? t.bigVerb : t.verb)[verb];
  const className = `act${primary ? ' is-primary' : ''}${big ? ' is-big' : ''}${pending ? ' is-pending' : ''}`;
  return (
    <button
      type="button"
      className={className}
      disabled={pending !== undefined || responder === null}
      title={responder === null ? t.action.chooseFirst : undefined}
      onClick={() => responder && void order(incident.id, verb, { responder })}
    >
      {label}
      {pending && <small>{pending.state === 'waiting' ? t.action.waiting(1) : t.action.pending}</small>}
    </button>
  );
}
