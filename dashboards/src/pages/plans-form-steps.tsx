import { PLAN_WHEN } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { channelsOf, choicesOf, contractorsOf, skillsOf } from '../roster/choices.ts';
import { inOrder, isOutOfOrder, listOf, nextStep, textsOf, valueAt, type Path } from '../roster/plan-form.ts';
import { problemsAt } from '../roster/problems.ts';
import { useSpeech } from '../words/language.tsx';
import {
  FlagField,
  PickField,
  ProblemLines,
  SelectField,
  TextField,
  useEditing,
  type ChoiceGroup,
} from './plans-form-fields.tsx';
import { BothNames, Folded, RemoveRow } from './plans-form-rows.tsx';

/** The ladder as rows: after how long, if what, whom, over what. */
export function StepsForm(): ReactNode {
  const { t, format } = useSpeech();
  const { entry, put } = useEditing();
  const steps = listOf(entry['steps']);
  return (
    <fieldset className="plan-part">
      <legend>{t.planForm.stepsTitle}</legend>
      <ol className="plan-steps">
        {steps.map((_, index) => (
          // Steps have no ids: a row is its place.
          <li key={index}>
            <StepForm path={['steps', index]} number={format.number(index + 1)} />
          </li>
        ))}
      </ol>
      <ProblemLines path={['steps']} />
      <p className="plan-acts">
        <button type="button" className="act is-small" onClick={() => put(['steps'], [...steps, nextStep(entry)])}>
          + {t.planForm.addStep}
        </button>
        {isOutOfOrder(entry) && (
          <button type="button" className="act is-small" onClick={() => put(['steps'], inOrder(entry)['steps'])}>
            {t.planForm.sort}
          </button>
        )}
      </p>
    </fieldset>
  );
}

function StepForm({ path, number }: { readonly path: Path; readonly number: string }): ReactNode {
  const { t } = useSpeech();
  const { entry, raw } = useEditing();
  const whom = useWhom();
  const step = valueAt(entry, path);
  // A channel that nobody has keeps its name; the checks say that it reaches nobody.
  const ways = new Set([...channelsOf(raw), ...textsOf(valueAt(step, ['channels']))]);
  const channels = [...ways].map((id) => ({ id, label: t.channel[id] ?? id }));
  const skills = skillsOf(raw).map((id) => ({ id, label: id }));
  return (
    <fieldset className="plan-step" aria-label={t.planForm.step(number)}>
      <div className="plan-step-head">
        <b>{t.planForm.step(number)}</b>
        <RemoveRow path={path} what={t.planForm.step(number)} />
      </div>
      <div className="plan-step-fields">
        <TextField path={[...path, 'afterSeconds']} />
        <SelectField
          path={[...path, 'when']}
          usual="always"
          choices={PLAN_WHEN.map((id) => ({ id, label: t.stepWhen[id] }))}
        />
      </div>
      <PickField path={[...path, 'page']} groups={whom} none={t.planForm.nobody} />
      <div className="plan-step-fields">
        <PickField path={[...path, 'skills']} groups={[{ choices: skills }]} none={t.planForm.anySkill} />
        <PickField path={[...path, 'channels']} groups={[{ choices: channels }]} none={t.planForm.anyChannel} inOrder />
      </div>
      <StepMore path={path} />
      <ProblemLines path={path} />
    </fieldset>
  );
}

const RARE = ['release', 'note', 'dispatch'] as const;

/** What few steps have: open where this one does, and where something is wrong with it. */
function StepMore({ path }: { readonly path: Path }): ReactNode {
  const { t } = useSpeech();
  const { entry, problems } = useEditing();
  const isWrong = RARE.some((key) => problemsAt(problems, [...path, key], true).length > 0);
  return (
    <Folded
      summary={t.planForm.more}
      startsOpen={RARE.some((key) => Boolean(valueAt(entry, [...path, key])))}
      isWrong={isWrong}
    >
      <FlagField path={[...path, 'release']} />
      <StepNote path={[...path, 'note']} />
      <Orders path={[...path, 'dispatch']} />
    </Folded>
  );
}

/** As it was written: in one language, or in both. */
function StepNote({ path }: { readonly path: Path }): ReactNode {
  const { entry } = useEditing();
  return typeof valueAt(entry, path) === 'object' ? <BothNames path={path} /> : <TextField path={path} />;
}

/** What a step orders by itself: only where the plan names contractors. */
function Orders({ path }: { readonly path: Path }): ReactNode {
  const { t, language, format } = useSpeech();
  const { entry, put } = useEditing();
  const orders = listOf(valueAt(entry, path));
  const contractors = contractorsOf(entry, language);
  if (orders.length === 0 && contractors.length === 0) return null;
  const one = { contractor: contractors[0]?.id ?? '', order: { en: '', zh: '' }, withinMinutes: 60, cost: '0' };
  return (
    <fieldset className="plan-orders">
      <legend className="faint small">{t.planForm.orders}</legend>
      {orders.map((_, index) => (
        <div key={index} className="plan-order">
          <div className="plan-step-head">
            <b className="small">{t.planForm.order(format.number(index + 1))}</b>
            <RemoveRow path={[...path, index]} what={t.planForm.order(format.number(index + 1))} />
          </div>
          <SelectField path={[...path, index, 'contractor']} choices={contractors} />
          <BothNames path={[...path, index, 'order']} />
          <div className="plan-step-fields">
            <TextField path={[...path, index, 'quantity']} />
            <TextField path={[...path, index, 'withinMinutes']} />
            <TextField path={[...path, index, 'cost']} />
          </div>
        </div>
      ))}
      <ProblemLines path={path} />
      <button type="button" className="act is-small" onClick={() => put(path, [...orders, one])}>
        + {t.planForm.addOrder}
      </button>
    </fieldset>
  );
}

/** Everybody whom a step may page: who is on call, crews, people. */
export function useWhom(): ChoiceGroup[] {
  const { t, language } = useSpeech();
  const { raw } = useEditing();
  return [
    { title: t.planForm.onCall, choices: choicesOf(raw, 'rosters', language) },
    { title: t.planForm.crews, choices: choicesOf(raw, 'crews', language) },
    { title: t.planForm.people, choices: choicesOf(raw, 'people', language) },
  ];
}
