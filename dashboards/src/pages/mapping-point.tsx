import { useState, type ReactNode } from 'react';
import { guessReading, timeFormat, wordsFor, type ReadingEntry } from '../mapping/guess.ts';
import { deviceUnits, isCanonical, METRIC_GROUPS, unitOf } from '../mapping/metrics.ts';
import { listPath, type Leaf, type Steps } from '../mapping/payload.ts';
import {
  dropPath,
  pathWithin,
  putCode,
  putDevice,
  putFault,
  putReading,
  putTime,
  roleOf,
  type Role,
  type Used,
} from '../mapping/yaml.ts';
import { useSpeech } from '../words/language.tsx';

interface MappingPointProps {
  readonly path: string;
  readonly steps: Steps;
  readonly value: Leaf;
  readonly yaml: string;
  readonly used: Used;
  readonly onYaml: (yaml: string | null) => void;
  readonly onClose: () => void;
}

const TIME_FORMATS = [
  'iso',
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
  'yyyy-MM-dd HH:mm:ss',
  'yyyy/MM/dd HH:mm:ss',
  'dd/MM/yyyy HH:mm:ss',
  'yyyyMMddHHmmss',
];
const ROLES: readonly Role[] = ['reading', 'fault', 'time', 'device'];

/** What one value of a message is: every choice is written into the text at once. */
export function MappingPoint(props: MappingPointProps): ReactNode {
  const { t } = useSpeech();
  const { path, value, yaml, used, onYaml, onClose } = props;
  const list = listOf(props);
  const code = list === null ? undefined : used.faults.get(list)?.codes?.[String(value)];
  const [role, setRole] = useState<Role>(roleOf(path, used) ?? (code === undefined ? 'reading' : 'fault'));
  const drop = (): string | null => {
    const without = dropPath(yaml, path);
    return without === null || list === null || code === undefined
      ? without
      : putCode(without, list, String(value), null);
  };
  const words: Record<Role, string> = {
    reading: t.mapping.asReading,
    fault: t.mapping.asFault,
    time: t.mapping.asTime,
    device: t.mapping.asDevice,
  };
  const turn = (next: Role): void => {
    setRole(next);
    const dropped = drop();
    if (dropped === null) return onYaml(null);
    if (next === 'device') return onYaml(putDevice(dropped, path));
    onYaml(next === 'time' ? putTime(dropped, path, timeFormat(value) ?? 'iso') : dropped);
  };
  return (
    <fieldset className="point" aria-label={path}>
      <fieldset className="segments" aria-label={t.mapping.what}>
        {ROLES.map((one) => (
          <button key={one} type="button" aria-pressed={role === one} onClick={() => one !== role && turn(one)}>
            {words[one]}
          </button>
        ))}
      </fieldset>
      {role === 'reading' && <ReadingFields {...props} />}
      {role === 'fault' && <FaultField {...props} />}
      {role === 'time' && <TimeField {...props} />}
      <p className="point-acts">
        {(roleOf(path, used) !== null || code !== undefined) && (
          <button
            type="button"
            className="act is-small is-danger"
            onClick={() => {
              onYaml(drop());
              onClose();
            }}
          >
            {t.mapping.drop}
          </button>
        )}
        <button type="button" className="act is-small" onClick={onClose}>
          {t.mapping.close}
        </button>
      </p>
    </fieldset>
  );
}

function ReadingFields({ path, steps, value, yaml, used, onYaml }: MappingPointProps): ReactNode {
  const { t } = useSpeech();
  const now = used.readings.get(path);
  const own = ownName(steps);
  const put = (entry: ReadingEntry): void => onYaml(putReading(yaml, entry));
  const choose = (metric: string): void => {
    const words = wordsFor(metric, value);
    if (metric !== '') put({ path, metric, ...(words && { words }) });
  };
  const change = (part: Partial<ReadingEntry>): void => {
    if (!now) return;
    const { unit, part: which, ...rest } = { ...now, ...part };
    put({ ...rest, ...(which && { part: which }), ...(unit && { unit }) });
  };
  const units = deviceUnits(now?.metric ?? '');
  // The key leaves the unit open: a level of 132 is hardly metres.
  const unsure =
    typeof value === 'number' && units.length > 1 && !now?.unit && guessReading(steps, value)?.sure === false;
  const electric = (METRIC_GROUPS.electricity as readonly string[]).includes(now?.metric ?? '');
  return (
    <div className="point-fields">
      <label>
        {t.mapping.metric}
        <select value={now?.metric ?? ''} onChange={(event) => choose(event.target.value)}>
          {!now && <option value="">{t.mapping.chooseMetric}</option>}
          {Object.entries(METRIC_GROUPS).map(([group, metrics]) => (
            <optgroup key={group} label={t.metricGroup[group] ?? group}>
              {metrics.map((metric) => (
                <option key={metric} value={metric}>
                  {[t.metric[metric], unitOf(metric) && `(${unitOf(metric)})`].filter(Boolean).join(' ')}
                </option>
              ))}
            </optgroup>
          ))}
          {typeof value !== 'string' && <option value={own}>{t.mapping.ownName(own)}</option>}
          {now && !isCanonical(now.metric) && now.metric !== own && <option value={now.metric}>{now.metric}</option>}
        </select>
      </label>
      {now && units.length > 1 && (
        <label>
          {t.mapping.unit}
          <select
            value={now.unit ?? units[0]}
            onChange={({ target }) => change({ unit: target.value === units[0] ? '' : target.value })}
          >
            {[...new Set([...units, ...(now.unit ? [now.unit] : [])])].map((unit) => (
              <option key={unit} value={unit}>
                {unit === '' ? t.common.none : unit}
              </option>
            ))}
          </select>
          {unsure && <small className="is-warn">{t.mapping.checkUnit(`${value} ${units[0]}`)}</small>}
        </label>
      )}
      {now && (electric || now.part) && (
        <label>
          {t.mapping.part}
          <input
            type="text"
            autoCapitalize="off"
            placeholder={t.mapping.partHint}
            value={now.part ?? ''}
            onChange={({ target }) => change({ part: target.value.trim() })}
          />
        </label>
      )}
    </div>
  );
}

/** The list of codes that the value stands in, as the mapping names it; null where it stands in none. */
function listOf({ steps, used }: Pick<MappingPointProps, 'steps' | 'used'>): string | null {
  const list = listPath(steps);
  return list === null ? null : pathWithin(used.each, list);
}

function FaultField(props: MappingPointProps): ReactNode {
  const { t } = useSpeech();
  const { path, value, yaml, used, onYaml } = props;
  const list = listOf(props);
  const code = String(value);
  // Yes and no need no word of their own: yes raises, no clears.
  const plain = typeof value === 'boolean' || value === null || value === 0 || value === 1;
  const now = list === null ? used.faults.get(path)?.fault : used.faults.get(list)?.codes?.[code];
  const choose = (fault: string): void => {
    if (fault === '') return;
    if (list !== null) onYaml(putCode(yaml, list, code, fault));
    else onYaml(putFault(yaml, { path, fault, ...(!plain && { raised: value }) }));
  };
  return (
    <div className="point-fields">
      <label>
        {t.mapping.whichFault}
        <select value={now ?? ''} onChange={({ target }) => choose(target.value)}>
          <option value="">{t.adopt.choose}</option>
          {Object.entries(t.fault).map(([fault, word]) => (
            <option key={fault} value={fault}>
              {word}
            </option>
          ))}
        </select>
        {list !== null && <small className="faint">{t.mapping.raisedByCode(code)}</small>}
        {list === null && !plain && <small className="faint">{t.mapping.raisedBy(code)}</small>}
      </label>
    </div>
  );
}

function TimeField({ path, yaml, used, onYaml }: MappingPointProps): ReactNode {
  const { t } = useSpeech();
  const format = used.time?.path === path ? used.time.format : '';
  return (
    <div className="point-fields">
      <label>
        {t.mapping.timeFormat}
        <select value={format} onChange={({ target }) => onYaml(putTime(yaml, path, target.value))}>
          {[...new Set([...TIME_FORMATS, format])].map((one) => (
            <option key={one} value={one}>
              {one === '' ? t.adopt.choose : one}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** A key as a metric's name may be: letters, digits and a few signs. */
function ownName(steps: Steps): string {
  const key = steps.filter((step) => typeof step === 'string').at(-1) ?? 'value';
  const name = key.replaceAll(/[^A-Za-z0-9_.:/-]+/g, '_').replace(/^[^A-Za-z]+/, '');
  return name === '' ? 'value' : name.slice(0, 80);
}
