import { FAULTS, PROOFS, SEVERITIES, TERMS } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useClients, useEdges } from '../api/queries.ts';
import { civilOf } from '../roster/civil.ts';
import { servedFrom } from '../roster/served.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { useDoor } from '../ui/gateway-picker.tsx';
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

/** For which incidents it is; whatever is not ticked does not matter. Zones are told by the clients that use them. */
function ServesFields(): ReactNode {
  const { t, name } = useSpeech();
  const { registry } = useDirectory();
  const { data: clients } = useClients(true);
  const door = useDoor();
  const now = useServerNow(60_000) ?? 0;
  const own = useEdges()?.find(({ id }) => id === door?.edge)?.sites;
  const { sites, zonesOf } = servedFrom(registry, own, civilOf(now, registry?.sites[0]?.zone ?? 'UTC').slice(0, 10));
  const none = t.planForm.all;
  const labelled = (clients?.items ?? []).map((client) => {
    const zones = zonesOf.get(client.id)?.map((zone) => name(zone.name)) ?? [];
    const label = name(client.name);
    return { id: client.id, label: zones.length > 0 ? t.planForm.uses(label, zones.join(' · ')) : label };
  });
  const [here = [], elsewhere = []] = [true, false].map((is) => labelled.filter(({ id }) => zonesOf.has(id) === is));
  return (
    <div className="plan-step-fields">
      <PickField
        path={['clients']}
        groups={[{ choices: here }, { title: t.planForm.elsewhere, choices: elsewhere }]}
        none={none}
      />
      <PickField
        path={['sites']}
        groups={[{ choices: sites.map((site) => ({ id: site.id, label: name(site.name) })) }]}
        none={none}
      />
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
