import { REPAIR_CATEGORIES, type RepairBody, type RepairCategory, URGENCIES } from '@keepsite/edge-contract';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { ApiError } from '../api/http.ts';
import { newId } from '../api/id.ts';
import { shrinkPhoto } from '../api/photo.ts';
import { addRepairPhoto, type RepairAnswer, type RepairPromise } from '../api/repairs.ts';
import { useSpeech } from '../words/language.tsx';

/** What is common to every way in which a repair is reported. */
export type RepairWords = Pick<RepairBody, 'commandId' | 'category' | 'urgency' | 'text' | 'reporter'>;

interface FieldsProps {
  readonly categories?: readonly RepairCategory[];
  /** Somebody writes down what another person says. */
  readonly isCall?: boolean;
  /** Absent: this server does not know what the site has promised. */
  readonly promise?: RepairPromise | undefined;
}

/** Category, urgency, words, and who it is: large enough for a thumb. */
export function RepairFields({ categories = REPAIR_CATEGORIES, isCall = false, promise }: FieldsProps): ReactNode {
  const { t } = useSpeech();
  const hint = promise && {
    urgent: t.repairs.urgentHint(String(promise.urgentAnswerMinutes)),
    ordinary: t.repairs.ordinaryHint(String(promise.ordinaryArrangeHours)),
  };
  return (
    <>
      <label>
        {t.repairs.category}
        <select name="category" required defaultValue="">
          <option value="" disabled>
            {t.report.choose}
          </option>
          {categories.map((category) => (
            <option key={category} value={category}>
              {t.repairCategory[category]}
            </option>
          ))}
        </select>
      </label>
      <fieldset className="choices">
        <legend>{t.repairs.urgency}</legend>
        {URGENCIES.map((urgency) => (
          <label key={urgency} className="choice">
            <input type="radio" name="urgency" value={urgency} defaultChecked={urgency === 'ordinary'} />
            <b>{t.urgency[urgency]}</b>
            {hint && <small className="faint">{hint[urgency]}</small>}
          </label>
        ))}
      </fieldset>
      <label>
        {t.repairs.text}
        <textarea name="text" rows={3} maxLength={2000} required placeholder={t.repairs.textHint} />
      </label>
      <label>
        {isCall ? t.repairs.reporterName : t.repairs.name} <small className="faint">{t.action.optional}</small>
        <input name="name" maxLength={80} autoComplete={isCall ? 'off' : 'name'} />
      </label>
      <label>
        {isCall ? t.repairs.reporterContact : t.repairs.contact} <small className="faint">{t.action.optional}</small>
        <input name="contact" maxLength={120} inputMode="tel" autoComplete={isCall ? 'off' : 'tel'} />
      </label>
      <label>
        {t.repairs.photo} <small className="faint">{t.action.optional}</small>
        <input name="photo" type="file" accept="image/*" capture="environment" />
      </label>
    </>
  );
}

export interface Sent {
  readonly state: 'idle' | 'sending' | 'sent' | 'away' | 'refused';
  readonly reason: string | null;
  readonly answer: RepairAnswer | null;
  /** The report is there and its photograph is not. */
  readonly photoLost: boolean;
}

const NOTHING: Sent = { state: 'idle', reason: null, answer: null, photoLost: false };

/** Sends a form once: what is sent again after a lost line is the same report. */
export function useRepairForm(send: (words: RepairWords, form: FormData) => Promise<RepairAnswer>) {
  const [commandId, renew] = useState(() => newId());
  const [sent, setSent] = useState<Sent>(NOTHING);
  async function hand(element: HTMLFormElement): Promise<void> {
    const form = new FormData(element);
    setSent({ ...NOTHING, state: 'sending' });
    try {
      const answer = await send(wordsOf(form, commandId), form);
      setSent({ ...NOTHING, state: 'sent', answer });
      renew(newId());
      element.reset();
      if (!(await sendPhoto(form.get('photo'), answer.progress)))
        setSent({ ...NOTHING, state: 'sent', answer, photoLost: true });
    } catch (error) {
      const refused = error instanceof ApiError && (!error.transient || error.status === 429);
      const reason = error instanceof Error ? error.message : null;
      setSent({ ...NOTHING, state: refused ? 'refused' : 'away', reason });
    }
  }
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void hand(event.currentTarget);
  };
  return { sent, submit };
}

/** False: it did not go through; that costs nobody his report. */
async function sendPhoto(file: FormDataEntryValue | null, token: string): Promise<boolean> {
  if (!(file instanceof File) || file.size === 0) return true;
  return await shrinkPhoto(file)
    .then((photo) => addRepairPhoto(token, photo))
    .then(
      () => true,
      () => false,
    );
}

function wordsOf(form: FormData, commandId: string): RepairWords {
  return {
    commandId,
    category: textOf(form, 'category') as RepairBody['category'],
    urgency: textOf(form, 'urgency') as RepairBody['urgency'],
    text: textOf(form, 'text'),
    reporter: { name: textOf(form, 'name'), contact: textOf(form, 'contact') },
  };
}

function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value.trim() : '';
}

/** What became of it, and where its reporter sees how it goes on. */
export function RepairSent({ sent }: { readonly sent: Sent }): ReactNode {
  const { t } = useSpeech();
  return (
    <output>
      {sent.state === 'away' && t.repairs.waiting}
      {sent.state === 'refused' && t.action.refused(sent.reason ?? '–')}
      {sent.state === 'sent' && t.repairs.sent} {sent.photoLost && t.repairs.photoLost}{' '}
      {sent.answer && <a href={`/r/${sent.answer.progress}`}>{t.repairs.follow} →</a>}
    </output>
  );
}
