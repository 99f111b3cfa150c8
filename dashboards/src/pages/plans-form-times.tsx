import { DAY_KINDS, WEEKDAYS } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { instantOfCivil, shownInstant } from '../roster/civil.ts';
import { valueAt } from '../roster/plan-form.ts';
import { useSpeech } from '../words/language.tsx';
import { Labelled, PickField, useEditing, type FieldProps } from './plans-form-fields.tsx';
import { Rows } from './plans-form-rows.tsx';

/** How the browser's own fields write a day, a time of day, and both. */
const WRITTEN = {
  date: /^\d{4}-\d\d-\d\d$/,
  time: /^\d\d:\d\d$/,
  'datetime-local': /^\d{4}-\d\d-\d\dT\d\d:\d\d$/,
} as const;

interface WhenFieldProps extends FieldProps {
  readonly type: keyof typeof WRITTEN;
  /** What counts where nothing is said. */
  readonly usual?: string;
}

/** A day or a time by the clock of the roster; what is none is shown as the text that it is. */
export function WhenField({ path, label, type, usual = '' }: WhenFieldProps): ReactNode {
  const { entry, put } = useEditing();
  const value = valueAt(entry, path) ?? usual;
  return (
    <Labelled path={path} label={label}>
      {(own) => (
        <input
          {...own}
          type={value === '' || WRITTEN[type].test(String(value)) ? type : 'text'}
          value={String(value)}
          onChange={({ target }) => put(path, target.value || undefined)}
        />
      )}
    </Labelled>
  );
}

/** Any zone shows it, if it is one. */
const ANY_INSTANT = '2026-01-01T00:00:00Z';

/** One moment, shown by the clock of the roster's zone; as it is written while the zone is none. */
export function InstantField({ path, label }: FieldProps): ReactNode {
  const { entry, put } = useEditing();
  const zone = String(entry['zone'] ?? '');
  const value = valueAt(entry, path);
  const shown = value === undefined ? '' : shownInstant(value, zone);
  const isPlain = shown === null || shownInstant(ANY_INSTANT, zone) === null;
  return (
    <Labelled path={path} label={label}>
      {(own) => (
        <input
          {...own}
          type={isPlain ? 'text' : 'datetime-local'}
          value={isPlain ? String(value ?? '') : shown}
          onChange={({ target }) =>
            put(path, (isPlain ? target.value : instantOfCivil(target.value, zone)) || undefined)
          }
        />
      )}
    </Labelled>
  );
}

/** Daily hours on days of a kind or by name; none: around the clock. */
export function HoursRows({ path, add }: { readonly path: FieldProps['path']; readonly add: string }): ReactNode {
  const { t } = useSpeech();
  const days = [
    { choices: DAY_KINDS.map((id) => ({ id, label: t.dayKind[id] })) },
    { choices: WEEKDAYS.map((id) => ({ id, label: t.weekday[id] })) },
  ];
  return (
    <Rows path={path} word={t.bookForm.hours} add={add} made={() => ({ from: '08:00', to: '20:00' })}>
      {(row) => (
        <div className="plan-step-fields">
          <PickField path={[...row, 'days']} label={t.bookForm.days} groups={days} none={t.bookForm.everyDay} />
          <WhenField path={[...row, 'from']} label={t.rosterForm.from} type="time" usual="00:00" />
          <WhenField path={[...row, 'to']} label={t.rosterForm.to} type="time" usual="00:00" />
        </div>
      )}
    </Rows>
  );
}
