import type { MappingPreview } from '@keepsite/edge-contract';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useDiscovered } from '../api/adoption.ts';
import { splitPrinted } from '../mapping/payload.ts';
import { matchesTopic } from '../mapping/topic.ts';
import { addTopic, connectionWords, putAvailability, usedBy, type Used } from '../mapping/yaml.ts';
import { useSpeech } from '../words/language.tsx';
import { MessageHead, MessageLines } from './mapping-lines.tsx';
import { MappingPayload } from './mapping-payload.tsx';

/** A message that a person has pasted. */
export interface Pasted {
  readonly topic: string;
  readonly text: string;
  /** When it was pasted; the edge takes it for received then. */
  readonly at: string;
}

type Message = MappingPreview['messages'][number];

interface MappingMessagesProps {
  readonly yaml: string;
  /** What the mapping calls its kind of device; null while it has mistakes. */
  readonly family: string | null;
  /** Undefined until they are known. */
  readonly messages: readonly Message[] | undefined;
  readonly failed: boolean;
  readonly device: string | null;
  /** The device whose messages are shown; null: the pasted ones. */
  readonly source: string | null;
  readonly onSource: (source: string | null) => void;
  readonly pasted: readonly Pasted[];
  readonly onPaste: (pasted: readonly Pasted[]) => void;
  readonly onYaml: (yaml: string) => void;
}

/** Real messages, or pasted ones, each with what the mapping makes of it. */
export function MappingMessages(props: MappingMessagesProps): ReactNode {
  const { t } = useSpeech();
  const { yaml, family, messages, source, pasted, onPaste, onSource, onYaml } = props;
  const [stuck, setStuck] = useState(false);
  const used = usedBy(yaml);
  const take = (next: string | null): void => {
    setStuck(next === null);
    if (next !== null) onYaml(next);
  };
  const cards = source === null ? (messages ?? []).map(alone) : byTopic(messages ?? []);
  return (
    <section className="mapping-messages" aria-label={t.mapping.messages}>
      <h2>{t.mapping.messages}</h2>
      <Source {...props} />
      <div role="alert">
        {stuck && <p className="note is-warn">{t.mapping.mendFirst}</p>}
        {props.failed && <p className="note is-warn">{t.mapping.unreachable}</p>}
      </div>
      {messages?.length === 0 && source !== null && <p className="quiet-note">{t.mapping.noMessages}</p>}
      <ol>
        {cards.map(({ key, message, earlier, at }) => (
          <li key={key} className="panel message">
            <MessageHead message={message} own={family}>
              {source === null && (
                <button
                  type="button"
                  className="act is-small"
                  aria-label={t.mapping.remove}
                  onClick={() => onPaste(pasted.filter((_, index) => index !== at))}
                >
                  ✕
                </button>
              )}
            </MessageHead>
            <OtherTopic message={message} yaml={yaml} used={used} onYaml={take} />
            <MappingPayload text={message.text} size={message.size} yaml={yaml} used={used} onYaml={take} />
            <MessageLines lines={message.lines} />
            {earlier.length > 0 && <Earlier messages={earlier} own={family} />}
          </li>
        ))}
      </ol>
      <Paste
        topic={pasted.at(-1)?.topic ?? ''}
        onAdd={(one) => {
          onPaste([...pasted, one]);
          onSource(null);
        }}
      />
    </section>
  );
}

function Source({ device, source, onSource, pasted }: MappingMessagesProps): ReactNode {
  const { t } = useSpeech();
  const { data } = useDiscovered();
  const waiting = (data?.pages ?? []).flatMap((page) => page.items.map((one) => one.device));
  const devices = [...new Set([...(device === null ? [] : [device]), ...waiting])];
  if (devices.length === 0) return null;
  return (
    <label className="mapping-source">
      {t.mapping.from}
      <select value={source ?? ''} onChange={(change) => onSource(change.target.value || null)}>
        {devices.map((one) => (
          <option key={one}>{one}</option>
        ))}
        <option value="">
          {t.mapping.pasted} ({pasted.length})
        </option>
      </select>
    </label>
  );
}

interface Card {
  readonly key: string;
  readonly message: Message;
  readonly earlier: readonly Message[];
  readonly at: number;
}

function alone(message: Message, at: number): Card {
  return { key: String(at), message, earlier: [], at };
}

/** The newest message of each topic with those before it, so that a card stays where it is when a new one comes. */
function byTopic(messages: readonly Message[]): Card[] {
  const topics = Map.groupBy(messages, (message) => message.topic);
  return [...topics].flatMap(([topic, all]) => {
    const [message, ...earlier] = all.toSorted((a, b) => b.at.localeCompare(a.at));
    return message ? [{ key: topic, message, earlier, at: 0 }] : [];
  });
}

function Earlier({ messages, own }: { readonly messages: readonly Message[]; readonly own: string | null }): ReactNode {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <details className="behind" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.mapping.earlier(messages.length)}</summary>
      {open &&
        messages.map((message, index) => (
          <div key={`${message.at} ${index}`} className="earlier">
            <MessageHead message={message} own={own} />
            <pre>{message.text}</pre>
            <MessageLines lines={message.lines} />
          </div>
        ))}
    </details>
  );
}

interface OtherTopicProps {
  readonly message: Message;
  readonly yaml: string;
  readonly used: Used;
  readonly onYaml: (yaml: string | null) => void;
}

/** Where the mapping does not take the message's topic yet: how it may. */
function OtherTopic({ message: { topic, text }, yaml, used, onYaml }: OtherTopicProps): ReactNode {
  const { t } = useSpeech();
  const patterns = [...used.topics, ...(used.availability === null ? [] : [used.availability])];
  if (patterns.length === 0 || patterns.some((pattern) => matchesTopic(pattern, topic))) return null;
  return (
    <div className="note">
      <p>{t.mapping.otherTopic}</p>
      <p className="heard-acts">
        {text !== null && connectionWords(text) && (
          <button type="button" className="act is-small" onClick={() => onYaml(putAvailability(yaml, topic, text))}>
            {t.mapping.asAvailability}
          </button>
        )}
        <button type="button" className="act is-small" onClick={() => onYaml(addTopic(yaml, topic))}>
          {t.mapping.readTopic}
        </button>
      </p>
    </div>
  );
}

interface PasteProps {
  readonly topic: string;
  readonly onAdd: (pasted: Pasted) => void;
}

function Paste({ topic: before, onAdd }: PasteProps): ReactNode {
  const { t } = useSpeech();
  const [topic, setTopic] = useState('');
  const [text, setText] = useState('');
  const printed = topic === '' ? splitPrinted(text) : undefined;
  const one = { topic: topic || printed?.topic || before, text: printed?.payload ?? text };
  const complete = one.topic !== '' && one.text.trim() !== '';
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!complete) return;
    onAdd({ ...one, at: new Date().toISOString() });
    setText('');
  };
  return (
    <details className="panel behind paste">
      <summary>{t.mapping.paste}</summary>
      <form className="form" onSubmit={submit}>
        <label>
          {t.mapping.topic}
          <input
            type="text"
            spellCheck={false}
            autoCapitalize="off"
            placeholder={printed?.topic ?? (before || 'plant/pump-1/data')}
            value={topic}
            onChange={(change) => setTopic(change.target.value.trim())}
          />
        </label>
        <label>
          {t.mapping.payload}
          <textarea rows={4} spellCheck={false} value={text} onChange={(change) => setText(change.target.value)} />
          <small className="faint">{t.mapping.pasteHint}</small>
        </label>
        <button type="submit" className="act" disabled={!complete}>
          {t.mapping.add}
        </button>
      </form>
    </details>
  );
}
