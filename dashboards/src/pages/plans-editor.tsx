import type { EdgeResponse, ResponseCheckBody } from '@keepsite/cloud-contract';
import { useDeferredValue, useState, type ReactNode } from 'react';
import { stringify } from 'yaml';
import { useResponseCheck, useSaveResponse, type ResponseDoor } from '../api/response.ts';
import { instantOfCivil } from '../roster/civil.ts';
import type { Part } from '../roster/differences.ts';
import { entriesOf } from '../roster/entries.ts';
import { fieldKind } from '../roster/field-text.ts';
import { useDraft, type Draft } from '../roster/use-draft.ts';
import { hasComments, type Issue } from '../roster/written.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { Findings } from '../ui/findings.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';
import { PlanChanges } from './plans-changes.tsx';
import { BookForm, type Chosen } from './plans-form.tsx';
import { RosterPreview } from './plans-preview-roster.tsx';
import { comingNight, PlanPreview } from './plans-preview.tsx';

const VIEWS = ['form', 'text'] as const;
type View = (typeof VIEWS)[number];
const MINUTE = 60_000;
const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

interface EditorProps {
  readonly door: ResponseDoor;
  readonly cloud: EdgeResponse;
  /** What is looked at first. */
  readonly part: Part;
  readonly onDone: () => void;
}

/** The whole book as a form and as text, with its checks and whom it would page beside it while somebody types. */
export function PlansEditor({ door, cloud, part, onDone }: EditorProps): ReactNode {
  const { t } = useSpeech();
  // What is edited stays what it was when it was opened: a version that comes meanwhile is a conflict, not a surprise.
  const [base] = useState(cloud);
  const draft = useDraft(useState(() => stringify(base.book, { lineWidth: 0 }))[0]);
  const [view, setView] = useState<View>('form');
  const [chosen, setChosen] = useState<Chosen>({ part, index: 0 });
  const rehearsal = useRehearsal(draft, base, chosen);
  const check = useResponseCheck(door, useDeferredValue(rehearsal.body));
  const findings = draft.read?.ok ? (check.data?.findings ?? []) : [];
  const { book } = rehearsal;
  const isSound = book !== null && check.data !== undefined && !findings.some(({ level }) => level === 'error');
  return (
    <div className="plans-editor">
      <section className="panel form" aria-label={t.plans.edit}>
        <div className="plan-views">
          <fieldset className="segments" aria-label={t.planForm.views}>
            {VIEWS.map((one) => (
              <button key={one} type="button" aria-pressed={one === view} onClick={() => setView(one)}>
                {t.planForm[one]}
              </button>
            ))}
          </fieldset>
          <button type="button" className="act is-small" disabled={!draft.undo} onClick={() => draft.undo?.()}>
            ↶ {t.planForm.undo}
          </button>
        </div>
        {view === 'text' && <BookText draft={draft} />}
        {view === 'form' && !draft.written.ok && <p className="is-bad">{t.planForm.mendText}</p>}
        {view === 'form' && draft.written.ok && (
          <BookForm
            draft={draft}
            raw={draft.written.raw}
            findings={findings}
            inForce={base.inForce}
            chosen={chosen}
            onChoose={setChosen}
          />
        )}
        <Saving door={door} base={base} draft={draft} isSound={isSound} onDone={onDone} />
      </section>
      <div className="stack">
        <section className="panel" aria-label={t.plans.findings} aria-live="polite">
          <h2>{t.plans.findings}</h2>
          <Checks draft={draft} check={check} view={view} />
        </section>
        {rehearsal.plan !== null && (
          <PlanPreview {...rehearsal} plan={rehearsal.plan} rehearsed={book ? check.data?.rehearsed : undefined} />
        )}
        {rehearsal.roster !== null && (
          <RosterPreview
            roster={rehearsal.roster}
            week={book ? (check.data?.week ?? null) : null}
            onTurn={rehearsal.onFrom}
          />
        )}
        {book && <PlanChanges inForce={base.inForce} book={book} />}
      </div>
    </div>
  );
}

/**
 * What the checks are asked: the book, and whom the chosen plan would page now and at a moment of one's
 * choice, or who would be on call on the chosen roster in a week.
 */
function useRehearsal({ read, written }: Draft, { inForce }: EdgeResponse, { part, index }: Chosen) {
  const now = useServerNow(MINUTE);
  const zone = inForce?.rosters[0]?.zone ?? OWN_ZONE;
  const [at, onAt] = useState(() => comingNight(now ?? Date.now(), zone));
  const book = read?.ok ? read.book : null;
  const id = written.ok ? entriesOf(written.raw, part)[index]?.['id'] : undefined;
  const known = typeof id === 'string' && id !== '' ? id : null;
  const [plan, roster] = [part === 'plans' ? known : null, part === 'rosters' ? known : null];
  const moments = [now === null ? null : new Date(now).toISOString(), instantOfCivil(at, zone)];
  const instants = moments.filter((moment) => moment !== null);
  const asked = plan !== null && instants.length === moments.length;
  const [from, onFrom] = useState<string | null>(null);
  const body: ResponseCheckBody | null = book && {
    book,
    ...(asked && { rehearse: { plan, at: instants } }),
    ...(roster !== null && { week: { roster, ...(from !== null && { from }) } }),
  };
  return { zone, at, onAt, book, plan, roster, onFrom, body };
}

function BookText({ draft }: { readonly draft: Draft }): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <p className="faint small">{t.plans.editLead}</p>
      <textarea
        className="plans-text"
        spellCheck={false}
        aria-label={t.plans.text}
        value={draft.text}
        onChange={({ target }) => draft.setText(target.value)}
      />
    </>
  );
}

interface SavingProps extends Pick<EditorProps, 'door' | 'onDone'> {
  readonly base: EdgeResponse;
  readonly draft: Draft;
  readonly isSound: boolean;
}

function Saving({ door, base, draft, isSound, onDone }: SavingProps): ReactNode {
  const { t } = useSpeech();
  const [note, setNote] = useState('');
  const [isLeaving, setLeaving] = useState(false);
  const save = useSaveResponse(door);
  const submit = (): void => {
    if (!draft.read?.ok) return;
    const after = base.newest?.version ?? null;
    save.mutate({ after, book: draft.read.book, by: null, note: note.trim() || null }, { onSuccess: onDone });
  };
  return (
    <>
      <input
        name="note"
        type="text"
        maxLength={500}
        placeholder={t.plans.note}
        aria-label={t.plans.note}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      {hasComments(draft.text) && <p className="is-warn small">{t.planForm.comments}</p>}
      <button type="button" className="act is-primary" disabled={!isSound || save.isPending} onClick={submit}>
        {t.plans.save}
      </button>
      <button
        type="button"
        className={isLeaving ? 'act is-danger' : 'act'}
        onClick={() => (draft.isChanged && !isLeaving ? setLeaving(true) : onDone())}
      >
        {isLeaving ? t.planForm.discard : t.plans.stop}
      </button>
      <Refusal error={save.error} />
    </>
  );
}

interface ChecksProps {
  readonly draft: Draft;
  readonly check: ReturnType<typeof useResponseCheck>;
  readonly view: View;
}

/** Everything that is said of the book as a whole; what stands at a field stands here too. */
function Checks({ draft: { written, read }, check, view }: ChecksProps): ReactNode {
  const { t } = useSpeech();
  if (!written.ok) return <p className="is-bad small">{t.plans.notYaml(written.fault)}</p>;
  if (read && !read.ok) {
    const why = ({ path, message }: Issue): string => (view === 'text' ? message : t.planForm.wrong[fieldKind(path)]);
    const lines = new Set(read.issues.map((issue) => `${issue.path.map(String).join('.')}: ${why(issue)}`));
    return [...lines].map((line) => (
      <p key={line} className="is-bad small">
        {line}
      </p>
    ));
  }
  if (check.error) return <p className="is-bad">{check.error.message}</p>;
  if (!check.data) return <p className="faint">{t.plans.checking}</p>;
  return <Findings findings={check.data.findings} />;
}
