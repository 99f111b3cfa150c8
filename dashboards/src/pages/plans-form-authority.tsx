import { amountText, BUDGET_PERIODS } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { choicesOf } from '../roster/choices.ts';
import { sumOfCents } from '../roster/field-text.ts';
import { listOf, valueAt, type Path } from '../roster/plan-form.ts';
import { useSpeech } from '../words/language.tsx';
import { PickField, ProblemLines, SelectField, TextField, useEditing } from './plans-form-fields.tsx';
import { Addresses, BothNames, RemoveRow } from './plans-form-rows.tsx';

const AT: Path = ['authority'];
const CURRENCIES = ['CNY', 'HKD', 'USD', 'EUR', 'GBP', 'SGD', 'JPY'].map((id) => ({ id, label: id }));
const NEW_CONTRACTOR = { id: '', name: { en: '', zh: '' }, addresses: [{ channel: '', to: '' }] };
const NEW_AUTHORITY = {
  budget: { amount: '0', currency: 'CNY' },
  per: 'incident',
  contractors: [NEW_CONTRACTOR],
  approvers: [],
};

/** What the plan may spend with nobody's leave, with whom, and who may approve more. */
export function AuthorityForm(): ReactNode {
  const { t, language } = useSpeech();
  const { entry, raw, put } = useEditing();
  const has = entry['authority'] !== undefined;
  const approvers = [
    { title: t.planForm.crews, choices: choicesOf(raw, 'crews', language) },
    { title: t.planForm.people, choices: choicesOf(raw, 'people', language) },
  ];
  return (
    <fieldset className="plan-part">
      <legend>{t.planForm.budgetTitle}</legend>
      <label className="check">
        <input
          type="checkbox"
          checked={has}
          onChange={({ target }) => put(AT, target.checked ? NEW_AUTHORITY : undefined)}
        />
        {t.planForm.mayOrder}
      </label>
      {has && (
        <>
          <div className="plan-step-fields">
            <TextField path={[...AT, 'budget', 'amount']} />
            <SelectField path={[...AT, 'budget', 'currency']} choices={CURRENCIES} />
            <SelectField
              path={[...AT, 'per']}
              choices={BUDGET_PERIODS.map((id) => ({ id, label: t.planForm.perWord[id] }))}
            />
          </div>
          <Ordered />
          <PickField path={[...AT, 'approvers']} groups={approvers} none={t.planForm.nobody} inOrder />
          <TextField path={[...AT, 'askNextAfterSeconds']} placeholder="2:00" />
          <Contractors path={[...AT, 'contractors']} />
          <ProblemLines path={AT} />
        </>
      )}
    </fieldset>
  );
}

/** What the steps order by themselves, beside the budget. */
function Ordered(): ReactNode {
  const { t } = useSpeech();
  const { entry } = useEditing();
  const orders = listOf(entry['steps']).flatMap((step) => listOf(valueAt(step, ['dispatch'])));
  if (orders.length === 0) return null;
  const ordered = sumOfCents(orders.map((order) => valueAt(order, ['cost'])));
  const budget = sumOfCents([valueAt(entry, [...AT, 'budget', 'amount'])]);
  const currency = String(valueAt(entry, [...AT, 'budget', 'currency']) ?? '');
  const text = (cents: number): string => `${amountText(cents)} ${currency}`;
  return (
    <p className={ordered > budget ? 'is-warn small' : 'faint small'}>
      {t.planForm.ordered(text(ordered), text(budget))}
    </p>
  );
}

function Contractors({ path }: { readonly path: Path }): ReactNode {
  const { t, format } = useSpeech();
  const { entry, put } = useEditing();
  const contractors = listOf(valueAt(entry, path));
  return (
    <>
      {contractors.map((_, index) => (
        <div key={index} className="plan-order">
          <div className="plan-step-head">
            <b className="small">{t.planForm.contractor(format.number(index + 1))}</b>
            <RemoveRow path={[...path, index]} what={t.planForm.contractor(format.number(index + 1))} />
          </div>
          <TextField path={[...path, index, 'id']} />
          <BothNames path={[...path, index, 'name']} />
          <Addresses path={[...path, index, 'addresses']} least={1} />
        </div>
      ))}
      <ProblemLines path={path} />
      <p className="plan-acts">
        <button type="button" className="act is-small" onClick={() => put(path, [...contractors, NEW_CONTRACTOR])}>
          + {t.planForm.addContractor}
        </button>
      </p>
    </>
  );
}
