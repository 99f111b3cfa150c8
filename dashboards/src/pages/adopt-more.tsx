import type { DiscoveredDevice, Places } from '@keepsite/edge-contract';
import { useId, type ReactNode } from 'react';
import { usualSilence } from '../adoption/choice.ts';
import { familyName } from '../adoption/families.ts';
import { useSpeech } from '../words/language.tsx';

/** What most adoptions leave as it is; empty: the usual. */
export interface More {
  readonly family: string;
  readonly timeZone: string;
  /** Seconds, as text. */
  readonly silence: string;
}

interface MoreFieldsProps {
  readonly heard: DiscoveredDevice;
  readonly places: Places;
  /** The dialect or mapping that it will be read by; empty while nobody knows. */
  readonly family: string;
  /** False where a mapping reads it anyway. */
  readonly needsFamily: boolean;
  readonly more: More;
  readonly onChange: (more: More) => void;
}

const SILENCES = [60, 300, 900, 3_600, 21_600, 86_400, 172_800];

/** The dialect where nobody guessed one, and, folded away, time zone and normal silence. */
export function MoreFields({ heard, places, family: readBy, needsFamily, more, onChange }: MoreFieldsProps): ReactNode {
  const { t, format } = useSpeech();
  const every = usualSilence(heard);
  return (
    <>
      {needsFamily && heard.family === null && (
        <label>
          {t.adopt.family}
          <select
            required
            value={more.family}
            onChange={(change) => onChange({ ...more, family: change.target.value })}
          >
            <option value="">{t.adopt.choose}</option>
            {places.families.map((family) => (
              <option key={family} value={family}>
                {familyName(family)}
              </option>
            ))}
          </select>
          <small className="faint">{t.adopt.familyHint}</small>
        </label>
      )}
      <details className="behind">
        <summary>{t.adopt.more}</summary>
        <div className="form">
          <SilenceField
            value={more.silence}
            usual={places.expectEverySeconds[readBy]}
            unchanged={t.adopt.silenceDefault}
            hint={every === null ? '' : t.adopt.speaksEvery(format.span(every))}
            onChange={(silence) => onChange({ ...more, silence })}
          />
          <TimeZoneField
            value={more.timeZone}
            unchanged={t.adopt.siteDefault}
            onChange={(timeZone) => onChange({ ...more, timeZone })}
          />
        </div>
      </details>
    </>
  );
}

interface FieldProps {
  readonly value: string;
  /** What stands where nothing is chosen. */
  readonly unchanged: string;
  readonly onChange: (value: string) => void;
}

interface SilenceFieldProps extends FieldProps {
  readonly hint?: string;
  /** Seconds that its dialect allows, where nothing is chosen; undefined: not known. */
  readonly usual?: number | undefined;
}

/** How long a device may be silent, in seconds. */
export function SilenceField({ value, unchanged, usual, onChange, hint }: SilenceFieldProps): ReactNode {
  const { t, format } = useSpeech();
  return (
    <label>
      {t.adopt.silence}
      <select value={value} onChange={(change) => onChange(change.target.value)}>
        <option value="">{usual === undefined ? unchanged : t.adopt.silenceUsual(format.span(usual))}</option>
        {SILENCES.map((seconds) => (
          <option key={seconds} value={seconds}>
            {t.adopt.every(format.span(seconds))}
          </option>
        ))}
      </select>
      <small className="faint">
        {t.adopt.silenceHint} {hint}
      </small>
    </label>
  );
}

/** The zone that a device's local times are in. */
export function TimeZoneField({ value, unchanged, onChange }: FieldProps): ReactNode {
  const { t } = useSpeech();
  const id = useId();
  return (
    <label>
      {t.adopt.timeZone}
      <input
        type="text"
        list={id}
        placeholder={unchanged}
        value={value}
        onChange={(change) => onChange(change.target.value.trim())}
      />
      <TimeZoneList id={id} />
      <small className="faint">{t.adopt.timeZoneHint}</small>
    </label>
  );
}

/** Every zone that this browser knows, for a field's suggestions. */
export function TimeZoneList({ id }: { readonly id: string }): ReactNode {
  return (
    <datalist id={id}>
      {Intl.supportedValuesOf('timeZone').map((zone) => (
        <option key={zone} value={zone}>
          {zone}
        </option>
      ))}
    </datalist>
  );
}
