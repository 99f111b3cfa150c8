import type { CommandBody, Incident, Verb } from '@keepsite/edge-contract';
import { useId, useRef, useState, type ReactNode, type SubmitEvent } from 'react';
import { useMay } from '../api/access.ts';
import { order } from '../api/outbox.ts';
import { isOpen } from '../incident/urgency.ts';
import { useDirectory } from '../ui/directory.tsx';
import { ResponderPicker, useResponder } from '../ui/responder.tsx';
import { useSpeech } from '../words/language.tsx';

/** Verbs that need a word first, or that are seldom wanted. */
const MORE = [
  'note',
  'arrive',
  'release',
  'handover',
  'escalate',
  'close',
  'cancel',
] as const satisfies readonly Verb[];
type MoreVerb = (typeof MORE)[number];

/** Which of them make sense now. The edge decides in any case; this only keeps the list short. */
const ALLOWED: Record<MoreVerb, (incident: Incident) => boolean> = {
  note: () => true,
  arrive: (incident) => incident.response === 'open',
  release: (incident) => incident.response === 'acknowledged' || incident.response === 'on_site',
  handover: (incident) => incident.response === 'acknowledged' || incident.response === 'on_site',
  escalate: (incident) => incident.response === 'open' || incident.response === 'acknowledged',
  close: (incident) => incident.response === 'on_site',
  cancel: isOpen,
};

/** Note, release, hand over, escalate, close, cancel: one sheet from the bottom. */
export function MoreActions({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const [verb, choose] = useState<MoreVerb>('note');
  const may = useMay();
  const verbs = MORE.filter((one) => may(`incident.${one}`));
  const close = (): void => dialog.current?.close();
  if (verbs.length === 0) return null;
  return (
    <>
      <button type="button" className="act" onClick={() => dialog.current?.showModal()}>
        {t.action.more}
      </button>
      <dialog ref={dialog} className="sheet" aria-label={t.action.more}>
        <ResponderPicker />
        <fieldset className="sheet-verbs">
          {verbs
            .filter((one) => ALLOWED[one](incident))
            .map((one) => (
              <button
                key={one}
                type="button"
                className="act is-small"
                aria-pressed={one === verb}
                onClick={() => choose(one)}
              >
                {t.verb[one]}
              </button>
            ))}
        </fieldset>
        <VerbForm key={verb} verb={verb} incident={incident} done={close} />
      </dialog>
    </>
  );
}

interface VerbFormProps {
  readonly verb: MoreVerb;
  readonly incident: Incident;
  readonly done: () => void;
}

function VerbForm({ verb, incident, done }: VerbFormProps): ReactNode {
  const { t } = useSpeech();
  const responder = useResponder();
  const { people } = useDirectory();
  const id = useId();
  const mustSay = verb === 'cancel' || verb === 'note';
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (responder === null) return;
    void order(incident.id, verb, wordsOf(new FormData(event.currentTarget), responder));
    event.currentTarget.reset();
    done();
  };
  return (
    <form onSubmit={submit} className="sheet-form">
      {verb === 'cancel' && <p className="warn">{t.action.confirmCancel}</p>}
      {verb === 'handover' && (
        <label>
          {t.action.to}
          <select name="to" required defaultValue="">
            <option value="" disabled>
              {t.action.choose}
            </option>
            {people
              .filter((person) => person.id !== incident.responder)
              .map((person) => (
                <option key={person.id} value={person.id}>
                  {person.name}
                </option>
              ))}
          </select>
        </label>
      )}
      <label htmlFor={id}>
        {verb === 'note' ? t.action.note : t.action.reason}
        {!mustSay && <small className="faint"> {t.action.optional}</small>}
      </label>
      <textarea id={id} name="note" rows={3} maxLength={4000} required={mustSay} />
      <div className="sheet-buttons">
        <button type="button" className="act" onClick={done}>
          {t.action.dismiss}
        </button>
        <button
          type="submit"
          className={verb === 'cancel' ? 'act is-danger' : 'act is-primary'}
          disabled={responder === null}
        >
          {t.verb[verb]}
        </button>
      </div>
    </form>
  );
}

function wordsOf(form: FormData, responder: string): Omit<CommandBody, 'commandId'> {
  const note = textOf(form, 'note');
  const to = textOf(form, 'to');
  return { responder, ...(note ? { note } : {}), ...(to ? { to } : {}) };
}

function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value.trim() : '';
}
