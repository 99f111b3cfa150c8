import type { ReactNode } from 'react';
import { freeId } from '../adoption/choice.ts';
import { choicesOf } from '../roster/choices.ts';
import { civilOf } from '../roster/civil.ts';
import { newLayer } from '../roster/entries.ts';
import { listOf, valueAt, type Path } from '../roster/plan-form.ts';
import { SHIPPED_CALENDARS } from '../roster/uses.ts';
import { useSpeech } from '../words/language.tsx';
import { ProblemLines, SelectField, TextField, useEditing } from './plans-form-fields.tsx';
import { BothNames, Rows, TurnsField } from './plans-form-rows.tsx';
import { RosterChangesForm } from './plans-form-changes.tsx';
import { HoursRows, WhenField } from './plans-form-times.tsx';
import { IdField } from './plans-form-uses.tsx';

const ZONES = Intl.supportedValuesOf('timeZone').map((id) => ({ id, label: id }));
const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const LAYERS: Path = ['layers'];

/** A roster: its layers of turns, when somebody has to be on call, and what was changed from day to day. */
export function RosterFields(): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <fieldset className="plan-part">
        <legend>{t.planForm.part.rosters}</legend>
        <BothNames path={['name']} />
        <IdField part="rosters" />
        <TextField path={['zone']} label={t.bookForm.zone} suggestions={ZONES} placeholder="Asia/Shanghai" />
        <CalendarField />
        <ProblemLines path={[]} />
      </fieldset>
      <fieldset className="plan-part">
        <legend>{t.bookForm.layers}</legend>
        <p className="faint small">{t.bookForm.layersHint}</p>
        <Layers />
      </fieldset>
      <fieldset className="plan-part">
        <legend>{t.bookForm.covers}</legend>
        <p className="faint small">{t.bookForm.coversHint}</p>
        <HoursRows path={['covers']} add={t.bookForm.addHours} />
      </fieldset>
      <RosterChangesForm />
    </>
  );
}

function CalendarField(): ReactNode {
  const { t, language } = useSpeech();
  const { raw } = useEditing();
  const own = choicesOf(raw, 'calendars', language);
  const shipped = SHIPPED_CALENDARS.filter((id) => own.every((one) => one.id !== id));
  const choices = [
    { id: '', label: t.bookForm.noCalendar },
    ...shipped.map((id) => ({ id, label: t.bookForm.shipped[id] ?? id })),
    ...own,
  ];
  return <SelectField path={['calendar']} label={t.planForm.part.calendars} choices={choices} />;
}

function Layers(): ReactNode {
  const { t, language } = useSpeech();
  const { entry, raw } = useEditing();
  const groups = [
    { title: t.planForm.people, choices: choicesOf(raw, 'people', language) },
    { title: t.planForm.crews, choices: choicesOf(raw, 'crews', language) },
  ];
  const ids = listOf(entry['layers']).map((layer) => ({ id: String(valueAt(layer, ['id'])) }));
  const made = () => newLayer(freeId('layer', ids), civilOf(Date.now(), OWN_ZONE).slice(0, 10));
  const units = (['hours', 'days', 'weeks'] as const).map((id) => ({ id, label: t.bookForm.unit[id] }));
  return (
    <Rows path={LAYERS} word={t.bookForm.layer} add={t.bookForm.addLayer} made={made}>
      {(path) => (
        <>
          <TextField path={[...path, 'id']} />
          <TurnsField path={[...path, 'members']} groups={groups} />
          <div className="plan-step-fields">
            <TextField path={[...path, 'every']} label={t.bookForm.every} placeholder="1" />
            <SelectField path={[...path, 'unit']} label={t.bookForm.unitOf} choices={units} usual="weeks" />
          </div>
          <div className="plan-step-fields">
            <WhenField path={[...path, 'from']} label={t.bookForm.firstTurn} type="datetime-local" />
            <WhenField path={[...path, 'until']} label={t.bookForm.until} type="datetime-local" />
          </div>
          <HoursRows path={[...path, 'hours']} add={t.bookForm.addHours} />
        </>
      )}
    </Rows>
  );
}
