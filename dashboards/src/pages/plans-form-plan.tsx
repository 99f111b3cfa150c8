import { FAULTS, PROOFS, SEVERITIES, TERMS } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useClients } from '../api/queries.ts';
import { useDirectory } from '../ui/directory.tsx';
import { useSpeech } from '../words/language.tsx';
import { AuthorityForm } from './plans-form-authority.tsx';
import { PickField, ProblemLines, SelectField, TextField } from './plans-form-fields.tsx';
import { StepsForm, useWhom } from './plans-form-steps.tsx';

/** A plan: for which incidents, within which time, and what happens after how long. */
export function PlanForm(): ReactNode {
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
