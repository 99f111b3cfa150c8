import { ResponseBook } from '@keepsite/edge-contract';
import type { EdgeResponse } from '@keepsite/cloud-contract';
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { parseDocument, stringify } from 'yaml';
import { useResponseCheck, useSaveResponse, type ResponseDoor } from '../api/response.ts';
import { Findings } from '../ui/findings.tsx';
import { Ladder } from '../ui/ladder.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';

type Read =
  | { readonly ok: true; readonly book: ResponseBook }
  | { readonly ok: false; readonly faults: readonly string[] };

interface EditorProps {
  readonly door: ResponseDoor;
  readonly cloud: EdgeResponse;
  readonly onSaved: () => void;
}

/** The whole book as text, with its checks and its ladders beside it while somebody types. */
export function PlansEditor({ door, cloud, onSaved }: EditorProps): ReactNode {
  const { t } = useSpeech();
  // What is edited stays what it was when it was opened: a version that comes meanwhile is a conflict, not a surprise.
  const [base] = useState(cloud);
  const [text, setText] = useState(() => stringify(base.book, { lineWidth: 0 }));
  const [note, setNote] = useState('');
  const read = useRead(useDeferredValue(text));
  const check = useResponseCheck(door, read.ok ? read.book : null);
  const save = useSaveResponse(door);
  const findings = check.data?.findings ?? [];
  const sound = read.ok && check.data !== undefined && !findings.some(({ level }) => level === 'error');
  const submit = (): void => {
    if (!read.ok) return;
    const after = base.newest?.version ?? null;
    save.mutate({ after, book: read.book, by: null, note: note.trim() || null }, { onSuccess: onSaved });
  };
  return (
    <div className="plans-editor">
      <section className="panel form" aria-label={t.plans.edit}>
        <p className="faint small">{t.plans.editLead}</p>
        <textarea
          className="plans-text"
          spellCheck={false}
          aria-label={t.plans.text}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <input
          name="note"
          type="text"
          maxLength={500}
          placeholder={t.plans.note}
          aria-label={t.plans.note}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
        <button type="button" className="act is-primary" disabled={!sound || save.isPending} onClick={submit}>
          {t.plans.save}
        </button>
        <Refusal error={save.error} />
      </section>
      <div className="stack">
        <section className="panel" aria-label={t.plans.findings} aria-live="polite">
          <h2>{t.plans.findings}</h2>
          {read.ok ? <Checked check={check} /> : read.faults.map((fault) => <Fault key={fault} fault={fault} />)}
        </section>
        {read.ok && read.book.plans.map((plan) => <Ladder key={plan.id} plan={plan} book={read.book} />)}
      </div>
    </div>
  );
}

function Checked({ check }: { readonly check: ReturnType<typeof useResponseCheck> }): ReactNode {
  const { t } = useSpeech();
  if (check.error) return <p className="is-bad">{check.error.message}</p>;
  if (!check.data) return <p className="faint">{t.plans.checking}</p>;
  return <Findings findings={check.data.findings} />;
}

function Fault({ fault }: { readonly fault: string }): ReactNode {
  const { t } = useSpeech();
  return <p className="is-bad small">{t.plans.notYaml(fault)}</p>;
}

/** Reads the text as a book; its faults are lines with their place. */
function useRead(text: string): Read {
  return useMemo((): Read => {
    const document = parseDocument(text);
    const [broken] = document.errors;
    if (broken) return { ok: false, faults: [broken.message.split('\n')[0] ?? ''] };
    const parsed = ResponseBook.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
    if (parsed.success) return { ok: true, book: parsed.data };
    return { ok: false, faults: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
  }, [text]);
}
