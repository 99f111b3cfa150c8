import { useId, useState, type ReactNode } from 'react';
import { choicesOf, skillsOf } from '../roster/choices.ts';
import { textsOf } from '../roster/plan-form.ts';
import { useSpeech } from '../words/language.tsx';
import { PickField, ProblemLines, TextField, useEditing } from './plans-form-fields.tsx';
import { Addresses, BothNames } from './plans-form-rows.tsx';
import { IdField } from './plans-form-uses.tsx';

/** Somebody: the name, what they can do, and how they are reached. */
export function PersonForm(): ReactNode {
  const { t } = useSpeech();
  const { raw } = useEditing();
  const skills = [{ choices: skillsOf(raw).map((id) => ({ id, label: id })) }];
  return (
    <>
      <fieldset className="plan-part">
        <legend>{t.planForm.part.people}</legend>
        <TextField path={['name']} />
        <IdField part="people" />
        <PickField path={['skills']} label={t.bookForm.skills} groups={skills} none={t.bookForm.noSkill} />
        <NewSkill />
        <ProblemLines path={[]} />
      </fieldset>
      <fieldset className="plan-part">
        <legend>{t.bookForm.reach}</legend>
        <p className="faint small">{t.bookForm.reachHint}</p>
        <Addresses path={['addresses']} />
      </fieldset>
    </>
  );
}

/** A skill that nobody has had so far. */
function NewSkill(): ReactNode {
  const { t } = useSpeech();
  const { entry, put } = useEditing();
  const [typed, setTyped] = useState('');
  const id = useId();
  const has = textsOf(entry['skills']);
  const skill = typed.trim();
  const add = (): void => {
    if (skill !== '' && !has.includes(skill)) put(['skills'], [...has, skill]);
    setTyped('');
  };
  return (
    <div className="plan-new">
      <label htmlFor={id}>{t.bookForm.newSkill}</label>
      <input
        id={id}
        type="text"
        maxLength={40}
        autoComplete="off"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={({ key }) => key === 'Enter' && add()}
      />
      <button type="button" className="act is-small" disabled={skill === ''} onClick={add}>
        + {t.bookForm.addSkill}
      </button>
    </div>
  );
}

/** People who are called by one name. */
export function CrewForm(): ReactNode {
  const { t, language } = useSpeech();
  const { raw } = useEditing();
  return (
    <fieldset className="plan-part">
      <legend>{t.planForm.part.crews}</legend>
      <BothNames path={['name']} />
      <IdField part="crews" />
      <PickField
        path={['members']}
        groups={[{ choices: choicesOf(raw, 'people', language) }]}
        none={t.planForm.nobody}
      />
      <ProblemLines path={[]} />
    </fieldset>
  );
}
