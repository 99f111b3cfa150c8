import type { EnergyEvent, EnergyReport } from '@keepsite/cloud-contract';
import { type EnergySpeech, eventStateText } from '@keepsite/cloud-contract/energy-view';
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
        <EventItem key={item.id} client={client} report={report} item={item} speech={speech} />
      ))}
    </ul>
  );
}

interface EventProps {
  readonly client: string;
  readonly report: EnergyReport;
  readonly item: Item;
  readonly speech: EnergySpeech;
}

function EventItem({ client, report, item, speech: { words, format } }: EventProps): ReactNode {
  const { t } = useSpeech();
  return (
    <li>
      <p>
        <b>{words.to(item.from, item.to)}</b> · {eventStateText(item, { words })}
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
        <Decision client={client} report={report} item={item} />
      </details>
    </li>
  );
}

/** A person says whether an event was one, and whether use stays changed; the report is then made again. */
function Decision({ client, report, item }: Omit<EventProps, 'speech'>): ReactNode {
  const { t } = useSpeech();
  const [decision, setDecision] = useState<EnergyEvent['decision']>('approved');
  const decide = useDecideEvent(client, report.period);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string): string => String(form.get(field) ?? '').trim();
    const { id, from, to } = item;
    const said = { id, from, to, decision, by: text('by'), reason: text('reason'), ...directionOf(item) };
    decide.mutate(decision === 'approved' ? { ...said, ...changeOf(text) } : said);
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
      {decision === 'approved' && <Afterwards report={report} item={item} />}
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

/** What is usual after an event, and for which meters. One that lasts to the end of the report probably stays. */
function Afterwards({ report, item }: Pick<EventProps, 'report' | 'item'>): ReactNode {
  const { language, t } = useSpeech();
  const [stays, setStays] = useState(item.to >= report.to);
  const { meters } = report.boundary;
  return (
    <>
      <fieldset className="choices">
        <legend>{t.energyReport.afterwards}</legend>
        {[false, true].map((value) => (
          <label key={String(value)} className="choice">
            <input
              type="radio"
              name={`afterwards ${item.id}`}
              checked={stays === value}
              onChange={() => setStays(value)}
            />
            {value ? t.energyReport.newLevel : t.energyReport.asBefore}
          </label>
        ))}
      </fieldset>
      {stays && (
        <label>
          {t.energyReport.newLevelFrom}
          <input type="date" name="newLevelFrom" required min={item.from} defaultValue={item.from} />
        </label>
      )}
      {meters.length > 1 && (
        <label>
          {t.energyReport.concerned}
          <select name="asset">
            <option value="">{t.energyReport.allMeters}</option>
            {meters.map(({ asset, name }) => (
              <option key={asset} value={asset}>
                {name[language]}
              </option>
            ))}
          </select>
        </label>
      )}
      <p className="faint small">{t.energyReport.toldEdges}</p>
    </>
  );
}

/** An event that saved more than is usual used less. A change that is declined is known by it again, too. */
function directionOf({ effect }: Item): Pick<EnergyEvent, 'direction'> {
  return effect === null ? {} : { direction: effect < 0 ? 'more' : 'less' };
}

/** What an approval says of the level after it. */
function changeOf(text: (field: string) => string): Partial<EnergyEvent> {
  const [newLevelFrom, asset] = [text('newLevelFrom'), text('asset')];
  return {
    ...(newLevelFrom !== '' && { newLevelFrom }),
    ...(asset !== '' && { assets: [asset] }),
  };
}
