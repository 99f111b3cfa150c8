import { FAULTS, PROOFS, SEVERITIES, TERMS, type Plan, type ResponseFinding } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { freeId } from '../adoption/choice.ts';
import { useClients } from '../api/queries.ts';
import { counted, moved, plansOf, withTargets, withValue, type RawPlan } from '../roster/plan-form.ts';
import { problemsOf, type Problems } from '../roster/problems.ts';
import type { Draft } from '../roster/use-draft.ts';
import type { BookRead, RawBook } from '../roster/written.ts';
import { useDirectory } from '../ui/directory.tsx';
import { useSpeech } from '../words/language.tsx';
import { AuthorityForm } from './plans-form-authority.tsx';
import { EditingPlan, PickField, ProblemLines, SelectField, TextField } from './plans-form-fields.tsx';
import { StepsForm, useWhom } from './plans-form-steps.tsx';

interface PlansFormProps {
  readonly draft: Draft;
  readonly raw: RawBook;
  readonly findings: readonly ResponseFinding[];
  /** The plans that the gateway goes by. */
  readonly inForce: readonly Plan[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

/** The plans of a book as a list, and the chosen one as a form: each change is written into the text at once. */
export function PlansForm({ draft, raw, findings, inForce, chosen, onChoose }: PlansFormProps): ReactNode {
  const plans = plansOf(raw).map(withTargets);
  const plan = plans[chosen];
  const all = plans.map((one, index) => problemsOf({ id: one['id'], index }, findings, issuesOf(draft.read)));
  const change = (next: readonly RawPlan[], key: string): void => draft.change({ ...raw, plans: next }, key);
  return (
    <>
      <PlanList plans={plans} problems={all} chosen={chosen} onChoose={onChoose} onChange={change} />
      {plan && (
        <EditingPlan
          key={chosen}
          value={{
            plan,
            raw,
            problems: all[chosen] ?? new Map(),
            put: (path, value) =>
              change(plans.with(chosen, counted(withValue(plan, path, value), inForce)), `${chosen} ${path.join('.')}`),
          }}
        >
          <PlanForm />
        </EditingPlan>
      )}
    </>
  );
}

function issuesOf(read: BookRead | null) {
  return read === null || read.ok ? [] : read.issues;
}

interface PlanListProps extends Pick<PlansFormProps, 'chosen' | 'onChoose'> {
  readonly plans: readonly RawPlan[];
  readonly problems: readonly Problems[];
  readonly onChange: (plans: readonly RawPlan[], key: string) => void;
}

/** The plans in the order in which they are tried. */
function PlanList({ plans, problems, chosen, onChoose, onChange }: PlanListProps): ReactNode {
  const { t, format } = useSpeech();
  const words = t.planForm;
  const ids = plans.map(({ id }) => ({ id: String(id ?? '') }));
  const insert = (plan: RawPlan): void => {
    onChange([...plans, plan], 'plans');
    onChoose(plans.length);
  };
  const move = (index: number, by: -1 | 1): void => {
    onChange(moved(plans, index, by), 'plans');
    onChoose(chosen === index ? index + by : chosen === index + by ? index : chosen);
  };
  const remove = (index: number): void => {
    onChange(plans.toSpliced(index, 1), 'plans');
    onChoose(Math.max(0, chosen > index ? chosen - 1 : Math.min(chosen, plans.length - 2)));
  };
  return (
    <fieldset className="plan-part">
      <legend>{words.plans}</legend>
      {plans.length > 1 && <p className="faint small">{words.first}</p>}
      <ol className="row-list plan-list">
        {ids.map(({ id }, index) => {
          const label = id || words.nameless;
          const wrong = errorsIn(problems[index]);
          return (
            <li key={index}>
              <button
                type="button"
                className="act is-small plan-name"
                aria-pressed={index === chosen}
                onClick={() => onChoose(index)}
              >
                {label} {wrong > 0 && <span className="tag is-bad">{words.faulty(format.number(wrong))}</span>}
              </button>
              <Mover label={words.upOf(label)} sign="↑" isOff={index === 0} onPress={() => move(index, -1)} />
              <Mover
                label={words.downOf(label)}
                sign="↓"
                isOff={index === plans.length - 1}
                onPress={() => move(index, 1)}
              />
              <button
                type="button"
                className="act is-small is-danger"
                aria-label={words.removeOf(label)}
                onClick={() => remove(index)}
              >
                ✕
              </button>
            </li>
          );
        })}
      </ol>
      <p className="plan-acts">
        <button
          type="button"
          className="act is-small"
          onClick={() => insert({ id: freeId('plan', ids), version: 1, steps: [{ afterSeconds: 0, page: [] }] })}
        >
          + {words.add}
        </button>
        {plans[chosen] && (
          <button
            type="button"
            className="act is-small"
            onClick={() => insert({ ...plans[chosen], id: freeId(ids[chosen]?.id || 'plan', ids), version: 1 })}
          >
            {words.copy}
          </button>
        )}
      </p>
    </fieldset>
  );
}

function errorsIn(problems: Problems | undefined): number {
  return [...(problems?.values() ?? [])].flat().filter(({ level }) => level === 'error').length;
}

interface MoverProps {
  readonly label: string;
  readonly sign: string;
  readonly isOff: boolean;
  readonly onPress: () => void;
}

function Mover({ label, sign, isOff, onPress }: MoverProps): ReactNode {
  return (
    <button type="button" className="act is-small" aria-label={label} disabled={isOff} onClick={onPress}>
      {sign}
    </button>
  );
}

function PlanForm(): ReactNode {
  const { t } = useSpeech();
  const whom = useWhom();
  const severities = [{ choices: SEVERITIES.map((id) => ({ id, label: t.severity[id] })) }];
  return (
    <>
      <fieldset className="plan-part">
        <legend>{t.planForm.servesTitle}</legend>
        <TextField path={['id']} />
        <ServesFields />
        <ProblemLines path={[]} />
      </fieldset>
      <fieldset className="plan-part">
        <legend>{t.planForm.targetsTitle}</legend>
        <p className="faint small">{t.planForm.targetsHint}</p>
        <div className="plan-step-fields">
          {TERMS.map((term) => (
            <TextField key={term} path={['terms', term]} />
          ))}
        </div>
        <div className="plan-step-fields">
          <SelectField
            path={['proof']}
            usual="declared"
            choices={PROOFS.map((id) => ({ id, label: t.incident.proof[id] }))}
          />
          <PickField
            path={['clockSeverities']}
            groups={severities}
            none={[t.severity.critical, t.severity.major].join(' · ')}
          />
        </div>
      </fieldset>
      <StepsForm />
      <fieldset className="plan-part">
        <legend>{t.planForm.more}</legend>
        <TextField path={['repeatEverySeconds']} />
        <PickField path={['alert']} groups={whom} none={t.planForm.nobody} />
      </fieldset>
      <AuthorityForm />
    </>
  );
}

/** For which incidents it is; whatever is not ticked does not matter. */
function ServesFields(): ReactNode {
  const { t, name } = useSpeech();
  const { registry } = useDirectory();
  const { data: clients } = useClients(true);
  const none = t.planForm.all;
  const named = (things: readonly { readonly id: string; readonly name: { en: string; zh: string } }[] = []) => [
    { choices: things.map((one) => ({ id: one.id, label: name(one.name) })) },
  ];
  return (
    <div className="plan-step-fields">
      <PickField path={['clients']} groups={named(clients?.items)} none={none} />
      <PickField path={['sites']} groups={named(registry?.sites)} none={none} />
      <PickField
        path={['severities']}
        groups={[{ choices: SEVERITIES.map((id) => ({ id, label: t.severity[id] })) }]}
        none={none}
      />
      <PickField
        path={['faults']}
        groups={[{ choices: FAULTS.map((id) => ({ id, label: t.fault[id] })) }]}
        none={none}
      />
    </div>
  );
}
