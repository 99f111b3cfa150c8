import type { Contract } from '@keepsite/cloud-contract';
import { PROOFS, TERMS } from '@keepsite/edge-contract';
import { useId, useState, type ReactNode } from 'react';
import { useSignContract } from '../api/contracts.ts';
import { useClients, useContracts } from '../api/queries.ts';
import { entriesOf } from '../roster/entries.ts';
import { textOf } from '../roster/field-text.ts';
import { textsOf, valueAt } from '../roster/plan-form.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';
import { ProblemLines, SelectField, TextField, useEditing } from './plans-form-fields.tsx';

/** What a contract promises, for whom, and what else of the promise stands elsewhere. */
export function ContractForm(): ReactNode {
  const { t } = useSpeech();
  const { entry } = useEditing();
  const clients = useClientsOf(String(entry['id'] ?? ''));
  return (
    <>
      <fieldset className="plan-part">
        <legend>{t.planForm.targetsTitle}</legend>
        <TextField path={['id']} />
        <p className="faint small">{t.bookForm.contractHint}</p>
        <div className="plan-step-fields">
          {TERMS.map((term) => (
            <TextField key={term} path={['terms', term]} />
          ))}
        </div>
        <ProblemLines path={['terms']} />
        <SelectField
          path={['proof']}
          choices={[
            { id: '', label: t.bookForm.asPlan },
            ...PROOFS.map((proof) => ({ id: proof, label: t.incident.proof[proof] })),
          ]}
        />
        <ProblemLines path={[]} />
      </fieldset>
      <fieldset className="plan-part">
        <legend>{t.bookForm.holdsFor}</legend>
        {clients.length === 0 && <p className="faint small">{t.bookForm.holdsForNobody}</p>}
        {clients.map((client) => (
          <Signed key={client} client={client} />
        ))}
      </fieldset>
      <PlansOf clients={clients} />
    </>
  );
}

/** The clients whose zones are used by a contract. */
function useClientsOf(contract: string): string[] {
  const { registry } = useDirectory();
  const uses = (registry?.zones ?? []).flatMap((zone) => zone.clients);
  return [...new Set(uses.filter((use) => use.contract === contract).map((use) => use.client))];
}

/** A client, and what was signed under this contract's id; what nobody has signed here is not there. */
function Signed({ client }: { readonly client: string }): ReactNode {
  const { t } = useSpeech();
  const { entry } = useEditing();
  const clientName = useClientName();
  const versions = useContracts(client)?.filter(({ id }) => id === entry['id']);
  const signed = versions?.toSorted((a, b) => b.version - a.version).at(0);
  return (
    <div className="plan-order">
      <b>{clientName(client)}</b>
      {signed ? (
        <>
          <SignedTerms signed={signed} />
          <FollowUpDays key={signed.version} signed={signed} />
        </>
      ) : (
        <p className="faint small">{t.bookForm.notSigned}</p>
      )}
    </div>
  );
}

function useClientName(): (id: string) => string {
  const { name } = useSpeech();
  const { data: clients } = useClients(true);
  return (id) => {
    const client = clients?.items.find((one) => one.id === id);
    return client ? name(client.name) : id;
  };
}

/** The signed targets; one that the gateway would not go by is told. */
function SignedTerms({ signed }: { readonly signed: Contract }): ReactNode {
  const { t } = useSpeech();
  const { entry } = useEditing();
  const line = ({ term, targetSeconds }: Contract['terms'][number]): string =>
    `${t.planForm.field[term]} ${textOf('seconds', targetSeconds)}`;
  const others = signed.terms.filter(({ term, targetSeconds }) => valueAt(entry, ['terms', term]) !== targetSeconds);
  return (
    <>
      <p className="faint small">{t.bookForm.signed(signed.terms.map(line).join(' · '))}</p>
      {others.length > 0 && <p className="is-warn small">{t.bookForm.otherwiseSigned(others.map(line).join(' · '))}</p>}
    </>
  );
}

const COUNTED = ['', 'working_days', 'every_day'] as const;

/** Which days count until the client was asked how it went: signed at once, apart from the versions here. */
function FollowUpDays({ signed }: { readonly signed: Contract }): ReactNode {
  const { t, format } = useSpeech();
  const id = useId();
  const [days, setDays] = useState<(typeof COUNTED)[number]>(signed.followUpDays ?? '');
  const sign = useSignContract();
  const { followUpDays: before = '', ...rest } = signed;
  const next = { ...rest, version: signed.version + 1, ...(days !== '' && { followUpDays: days }) };
  return (
    <div className="field">
      <label htmlFor={id}>{t.bookForm.followUpDays}</label>
      <select
        id={id}
        value={days}
        onChange={({ target }) => setDays(COUNTED.find((one) => one === target.value) ?? '')}
      >
        {COUNTED.map((one) => (
          <option key={one} value={one}>
            {t.bookForm.counted[one || 'weekdays']}
          </option>
        ))}
      </select>
      {days !== before && (
        <button type="button" className="act is-small" disabled={sign.isPending} onClick={() => sign.mutate(next)}>
          {t.bookForm.sign(format.number(next.version))}
        </button>
      )}
      <Refusal error={sign.error} />
    </div>
  );
}

/** What plans say where the contract says nothing, and the emergency budget, which is a plan's own. */
function PlansOf({ clients }: { readonly clients: readonly string[] }): ReactNode {
  const { t } = useSpeech();
  const { raw } = useEditing();
  const serves = (plan: unknown): boolean => {
    const named = textsOf(valueAt(plan, ['clients']));
    return named.length === 0 || named.some((client) => clients.includes(client));
  };
  const plans = entriesOf(raw, 'plans').filter(serves);
  if (clients.length === 0 || plans.length === 0) return null;
  return (
    <fieldset className="plan-part">
      <legend>{t.bookForm.byPlan}</legend>
      <p className="faint small">{t.bookForm.byPlanHint}</p>
      <ul className="plan-uses">
        {plans.map((plan, index) => (
          <li key={index}>
            <b>{String(plan['id'] ?? t.planForm.nameless)}</b>: {t.planForm.field['proof']}{' '}
            {t.incident.proof[plan['proof'] === 'verified' ? 'verified' : 'declared']} · {t.planForm.field['budget']}{' '}
            {budgetText(plan) || t.planForm.absent}
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function budgetText(plan: unknown): string {
  const words = ['amount', 'currency'].map((key) => valueAt(plan, ['authority', 'budget', key]));
  return words.filter((word) => typeof word === 'string').join(' ');
}
