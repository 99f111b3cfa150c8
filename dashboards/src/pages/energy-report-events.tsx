import type { EnergyEvent, EnergyReport } from '@keepsite/cloud-contract';
import type { EnergySpeech } from '@keepsite/cloud-contract/energy-view';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useDecideEvent } from '../api/energy-report.ts';
import { useSpeech } from '../words/language.tsx';

type Item = EnergyReport['events']['items'][number];

interface EventListProps {
  readonly client: string;
  readonly report: EnergyReport;
  readonly speech: EnergySpeech;
}

/** What change points propose and what people decided; here they decide. */
export function EventList({ client, report, speech }: EventListProps): ReactNode {
  return (
    <ul className="event-list">
      {report.events.items.map((item) => (
        <EventItem key={item.id} client={client} period={report.period} item={item} speech={speech} />
      ))}
    </ul>
  );
}

interface EventProps {
  readonly client: string;
  readonly period: string;
  readonly item: Item;
  readonly speech: EnergySpeech;
}

function EventItem({ client, period, item, speech: { words, format } }: EventProps): ReactNode {
  const { t } = useSpeech();
  return (
    <li>
      <p>
        <b>{words.to(item.from, item.to)}</b> · {words.eventState[item.state]}
        {item.effect !== null && (
          <>
            {' '}
            · {words.eventEffect} {format.kwh(item.effect)}
          </>
        )}
      </p>
      {item.by !== null && (
        <p className="faint small">
          {item.by}: {item.reason}
        </p>
      )}
      <details>
        <summary>{t.energyReport.decide}</summary>
        <Decision client={client} period={period} item={item} />
      </details>
    </li>
  );
}

/** A person says whether an event was one; the report is then made again. */
function Decision({ client, period, item }: Omit<EventProps, 'speech'>): ReactNode {
  const { t } = useSpeech();
  const [decision, setDecision] = useState<EnergyEvent['decision']>('approved');
  const decide = useDecideEvent(client, period);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string): string => String(form.get(field) ?? '').trim();
    decide.mutate({ id: item.id, from: item.from, to: item.to, decision, by: text('by'), reason: text('reason') });
  };
  return (
    <form className="form" onSubmit={submit}>
      <fieldset className="choices">
        {(['approved', 'rejected'] as const).map((value) => (
          <label key={value} className="choice">
            <input
              type="radio"
              name={`decision ${item.id}`}
              checked={decision === value}
              onChange={() => setDecision(value)}
            />
            {value === 'approved' ? t.energyReport.approve : t.energyReport.reject}
          </label>
        ))}
      </fieldset>
      <label>
        {t.energyReport.yourName}
        <input name="by" required maxLength={120} autoComplete="name" />
      </label>
      <label>
        {t.energyReport.whyDecided}
        <input name="reason" required maxLength={400} />
      </label>
      <button type="submit" className="act is-primary" disabled={decide.isPending}>
        {decide.isPending ? t.energyReport.deciding : t.energyReport.decide}
      </button>
      {decide.error && <output role="alert">{decide.error.message}</output>}
    </form>
  );
}
