import { useId, type ReactNode } from 'react';
import { useMay } from '../api/access.ts';
import { useWhoAmI } from '../api/queries.ts';
import { createValue, useValue } from '../api/value.ts';
import { useSpeech } from '../words/language.tsx';
import { useDirectory } from './directory.tsx';

const KEPT = 'keepsite-responder';
const chosen = createValue<string | null>(localStorage.getItem(KEPT));

/** Who was chosen on this device; null: nobody was. */
export function keptResponder(): string | null {
  return chosen.get();
}

/** Who acts from this screen: the one chosen here, where that is allowed, else the user whom the server knows. */
export function useResponder(): string | null {
  const mayAssign = useMay()('incident.assign');
  const here = useValue(chosen);
  const picked = mayAssign ? here : null;
  const { data: who } = useWhoAmI();
  const { people } = useDirectory();
  if (picked !== null && people.some((person) => person.id === picked)) return picked;
  return who?.user.id ?? null;
}

/**
 * "I am …": who acknowledges when a button on this screen is pressed. Remembered on this device.
 * Nothing for an account that acts for itself alone.
 */
export function ResponderPicker(): ReactNode {
  const { t } = useSpeech();
  const mayAssign = useMay()('incident.assign');
  const { people } = useDirectory();
  const { data: who } = useWhoAmI();
  const responder = useResponder();
  const id = useId();
  const known = people.some((person) => person.id === responder);
  if (!mayAssign) return null;
  return (
    <label className="picker" htmlFor={id}>
      <span>{t.action.iAm}</span>
      <select id={id} value={responder ?? ''} onChange={(change) => pick(change.target.value)}>
        {!known && <option value={responder ?? ''}>{who?.user.name ?? t.action.choose}</option>}
        {people.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name}
          </option>
        ))}
      </select>
    </label>
  );
}

function pick(id: string): void {
  localStorage.setItem(KEPT, id);
  chosen.set(id);
}
