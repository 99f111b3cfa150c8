import { WEEKDAYS } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { movedDay } from '../roster/civil.ts';
import { listOf, valueAt, type Path } from '../roster/plan-form.ts';
import { problemsAt } from '../roster/problems.ts';
import { useSpeech } from '../words/language.tsx';
import { PickField, ProblemLines, SelectField, useEditing } from './plans-form-fields.tsx';
import { BothNames, Folded, RemoveRow } from './plans-form-rows.tsx';
import { WhenField } from './plans-form-times.tsx';
import { IdField } from './plans-form-uses.tsx';

/** Which days are not what their weekday says. */
export function CalendarForm(): ReactNode {
  const { t } = useSpeech();
  const weekdays = [{ choices: WEEKDAYS.map((id) => ({ id, label: t.weekday[id] })) }];
  return (
    <>
      <fieldset className="plan-part">
        <legend>{t.planForm.part.calendars}</legend>
        <BothNames path={['name']} />
        <IdField part="calendars" />
        <div className="plan-step-fields">
          <WhenField path={['from']} label={t.bookForm.saidFrom} type="date" />
          <WhenField path={['to']} label={t.bookForm.saidTo} type="date" />
        </div>
        <PickField
          path={['weekend']}
          label={t.dayKind.weekend}
          groups={weekdays}
          none={[t.weekday.sat, t.weekday.sun].join(' · ')}
        />
        <ProblemLines path={[]} />
      </fieldset>
      <fieldset className="plan-part">
        <legend>{t.bookForm.specialDays}</legend>
        <p className="faint small">{t.bookForm.specialDaysHint}</p>
        <SpecialDays />
      </fieldset>
    </>
  );
}

/** A year has some thirty of them: each is one line until it is opened. */
function SpecialDays(): ReactNode {
  const { t } = useSpeech();
  const { entry, put } = useEditing();
  const days = listOf(entry['days']);
  const last = days.map((day) => valueAt(day, ['to']) ?? valueAt(day, ['from'])).findLast((day) => isDay(day));
  const next = isDay(last) ? movedDay(last, 1) : entry['from'];
  const made = { from: next, kind: 'holiday', name: { en: '', zh: '' } };
  return (
    <>
      {days.map((day, index) => (
        <SpecialDay key={index} path={['days', index]} day={day} />
      ))}
      <ProblemLines path={['days']} />
      <p className="plan-acts">
        <button type="button" className="act is-small" onClick={() => put(['days'], [...days, made])}>
          + {t.bookForm.addDay}
        </button>
      </p>
    </>
  );
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(`${value}T00:00:00Z`));
}

function SpecialDay({ path, day }: { readonly path: Path; readonly day: unknown }): ReactNode {
  const { t, language } = useSpeech();
  const { problems } = useEditing();
  const kinds = (['holiday', 'workday'] as const).map((id) => ({ id, label: t.dayKind[id] }));
  const said = (...keys: string[]): string => String(valueAt(day, keys) ?? '');
  const stretch = [said('from'), said('to')].filter(Boolean).join(' – ');
  const kind = kinds.find(({ id }) => id === said('kind'))?.label ?? said('kind');
  const title = said('name', language);
  const summary = (
    <>
      <span className="tabular">{stretch}</span> {kind} {title}
    </>
  );
  return (
    <Folded
      className="plan-step plan-more"
      summary={summary}
      startsOpen={title === ''}
      isWrong={problemsAt(problems, path, true).length > 0}
    >
      <div className="plan-step-fields">
        <WhenField path={[...path, 'from']} label={t.rosterForm.from} type="date" />
        <WhenField path={[...path, 'to']} label={t.bookForm.lastDay} type="date" />
        <SelectField path={[...path, 'kind']} label={t.bookForm.kind} choices={kinds} />
      </div>
      <BothNames path={[...path, 'name']} />
      <ProblemLines path={path} />
      <p className="plan-acts">
        <RemoveRow path={path} what={stretch} />
      </p>
    </Folded>
  );
}
