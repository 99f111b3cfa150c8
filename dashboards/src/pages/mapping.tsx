import type { MappingPreview, MappingPreviewBody, SavedMapping } from '@keepsite/edge-contract';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { useDiscoveredDevice, useMappings, usePreview, useRemoveMapping, useSaveMapping } from '../api/adoption.ts';
import { useDevices } from '../api/queries.ts';
import { freeId } from '../adoption/choice.ts';
import { adoptHref, mappingHref } from '../adoption/links.ts';
import { isMappingName } from '../mapping/topic.ts';
import { mappingTemplate } from '../mapping/yaml.ts';
import { OnEdge } from '../ui/on-edge.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { RetriedFigures } from '../ui/retried.tsx';
import { useSpeech } from '../words/language.tsx';
import { MappingMessages, type Pasted } from './mapping-messages.tsx';
import { MappingText } from './mapping-text.tsx';

/** How one kind of device speaks: the text on one side, on the other its messages and what becomes of them. */
export function MappingPage({ name }: { readonly name: string }): ReactNode {
  const { t } = useSpeech();
  const [query] = useSearchParams();
  const device = query.get('device');
  return (
    <>
      <h1>{t.mapping.editTitle}</h1>
      <p className="lead">{t.mapping.editLead}</p>
      <OnEdge elsewhere={t.mapping.notHere} to="mapping.write">
        <Opening key={`${name} ${device}`} name={name} device={device} />
      </OnEdge>
    </>
  );
}

interface OpeningProps {
  readonly name: string;
  readonly device: string | null;
}

/** Waits for the saved text, or for the message that a new one begins with. */
function Opening({ name, device }: OpeningProps): ReactNode {
  const { t } = useSpeech();
  const files = useMappings();
  const heard = useDiscoveredDevice(device ?? '');
  if (files.isPending || (device !== null && heard.isPending)) return <p className="quiet-note">{t.common.loading}</p>;
  const saved = files.data?.items.find((file) => file.name === name)?.yaml ?? null;
  const sample = heard.data?.samples[0];
  const topic = sample?.topic ?? heard.data?.topics[0] ?? device ?? 'plant/{device}/data';
  const first = saved ?? mappingTemplate(topic, sample?.text ?? null, name, t.mapping.comment);
  return <Editor name={name} device={device} first={first} saved={saved} />;
}

interface EditorProps extends OpeningProps {
  /** The text to begin with; only that of the first moment counts. */
  readonly first: string;
  readonly saved: string | null;
}

function Editor({ name: opened, device, first, saved }: EditorProps): ReactNode {
  const { t } = useSpeech();
  const [, go] = useLocation();
  const [begun, setBegun] = useState(first);
  const [yaml, setYaml] = useState(first);
  const [name, setName] = useState(opened);
  const [source, setSource] = useState(device);
  const [pasted, setPasted] = useState<readonly Pasted[]>([]);
  const save = useSaveMapping();
  const preview = usePreview(useCalm(bodyOf(yaml, source, pasted), 300));
  const brought = useHistoryState<{ saved?: SavedMapping } | null>()?.saved;
  const wrong = !isMappingName(name);
  // A text that nobody has touched yet has no mistakes, only a beginning.
  const untouched = saved === null && yaml === begun;
  const faults = untouched ? [] : (preview.data?.errors ?? []);
  const messages = source === null && pasted.length === 0 ? [] : preview.data?.messages;
  const paste = (next: readonly Pasted[]): void => {
    setPasted(next);
    const one = next.at(-1);
    if (!untouched || device !== null || one === undefined) return;
    const anew = mappingTemplate(one.topic, one.text, name, t.mapping.comment);
    setBegun(anew);
    setYaml(anew);
  };
  const store = (): void => {
    if (wrong || save.isPending) return;
    save.mutate(
      { name, yaml },
      {
        onSuccess: (answer) => {
          if (name !== opened) go(mappingHref(name, device ?? undefined), { replace: true, state: { saved: answer } });
        },
      },
    );
  };
  const isSaved = saved === yaml && name === opened;
  const result = save.data ?? brought;
  return (
    <div className="mapping">
      {result && <SavedResult key={result.yaml} saved={result} />}
      {saved !== null && device !== null && preview.data && !readsSome(preview.data) && (
        <NameTaken name={opened} device={device} />
      )}
      <label className="mapping-name">
        {t.mapping.name}
        <input
          type="text"
          value={name}
          aria-invalid={wrong}
          autoCapitalize="off"
          spellCheck={false}
          onChange={(change) => setName(change.target.value.trim().toLowerCase())}
        />
        {wrong && <small className="is-warn">{t.mapping.nameWrong}</small>}
      </label>
      <div className="mapping-save">
        <button
          type="button"
          className="act is-primary"
          disabled={wrong || save.isPending || untouched || faults.length > 0}
          onClick={store}
        >
          {save.isPending ? t.mapping.saving : t.mapping.save}
        </button>
        <output className={isSaved ? 'faint small' : 'is-warn small'}>
          {faults.length > 0 ? t.mapping.faulty(faults.length) : isSaved ? t.mapping.saved : t.mapping.unsaved}
        </output>
        <Refusal error={save.error} />
      </div>
      <MappingText
        yaml={yaml}
        faults={faults}
        fine={untouched ? t.mapping.begin : t.mapping.fine}
        onChange={setYaml}
        onSave={store}
      />
      <MappingMessages
        yaml={yaml}
        family={preview.data?.family ?? null}
        messages={messages}
        failed={preview.isError}
        device={device}
        source={source}
        onSource={setSource}
        pasted={pasted}
        onPaste={paste}
        onYaml={setYaml}
      />
      {saved !== null && <Removal name={opened} />}
    </div>
  );
}

function bodyOf(yaml: string, device: string | null, pasted: readonly Pasted[]): MappingPreviewBody {
  if (device !== null) return { yaml, device };
  return pasted.length === 0 ? { yaml } : { yaml, samples: pasted.map((one) => ({ ...one, retain: false })) };
}

function readsSome({ family, messages }: MappingPreview): boolean {
  return family === null || messages.length === 0 || messages.some((message) => message.family === family);
}

/** The name that the topic suggested belongs to another kind of device. */
function NameTaken({ name, device }: { readonly name: string; readonly device: string }): ReactNode {
  const { t } = useSpeech();
  const { data } = useMappings();
  const free = freeId(
    name,
    (data?.items ?? []).map((file) => ({ id: file.name })),
  );
  return (
    <p className="note is-warn">
      {t.mapping.exists} <Link href={mappingHref(free, device)}>{t.mapping.startNew} →</Link>
    </p>
  );
}

/** What saving has brought: messages that are read now, and devices that can be adopted at once. */
function SavedResult({ saved }: { readonly saved: SavedMapping }): ReactNode {
  const { t } = useSpeech();
  const { data: devices } = useDevices();
  const read = (devices?.items ?? []).filter((one) => one.asset !== null && one.family === saved.family).length;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="panel is-done" aria-label={t.mapping.savedTitle}>
      <h2 ref={heading} tabIndex={-1}>
        <span aria-hidden="true">✓ </span>
        {t.mapping.savedTitle}
      </h2>
      {saved.retried.tried > 0 && <RetriedFigures retried={saved.retried} />}
      {read > 0 && <p>{t.mapping.readsKnown(read)}</p>}
      {saved.devices.length > 0 && <p>{t.mapping.brings(saved.devices.length)}</p>}
      {read === 0 && saved.devices.length === 0 && <p>{t.mapping.bringsNone}</p>}
      <ul className="files">
        {saved.devices.map((device) => (
          <li key={device}>
            <code>{device}</code>
            <Link
              href={adoptHref(device, saved.name)}
              className="act is-primary"
              aria-label={t.discovered.adoptName(device)}
            >
              {t.discovered.adopt}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A mapping that nobody needs any more. */
function Removal({ name }: { readonly name: string }): ReactNode {
  const { t } = useSpeech();
  const [, go] = useLocation();
  const remove = useRemoveMapping();
  const [sure, setSure] = useState(false);
  return (
    <details className="behind mapping-removal">
      <summary>{t.mapping.takeAway}</summary>
      <p className="lead">{t.mapping.takeAwayLead}</p>
      <label className="check">
        <input type="checkbox" checked={sure} onChange={(change) => setSure(change.target.checked)} />
        {t.mapping.takeAwaySure}
      </label>
      <Refusal error={remove.error} />
      <p className="heard-acts">
        <button
          type="button"
          className="act is-danger"
          disabled={!sure || remove.isPending}
          onClick={() => remove.mutate(name, { onSuccess: () => go('/mappings') })}
        >
          {t.mapping.takeAway}
        </button>
      </p>
    </details>
  );
}

/** The question once it has not changed for some time, so that not every key asks the edge. */
function useCalm(body: MappingPreviewBody, ms: number): MappingPreviewBody {
  const text = JSON.stringify(body);
  const [calm, setCalm] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return JSON.parse(calm) as MappingPreviewBody;
}
