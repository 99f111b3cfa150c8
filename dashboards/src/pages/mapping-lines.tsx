import type { DecodedLine, MappingPreview } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { familyName } from '../adoption/families.ts';
import { useSpeech } from '../words/language.tsx';
import { metricWords, reasonWords, valueWords } from '../words/values.ts';

type Message = MappingPreview['messages'][number];

interface HeadProps {
  readonly message: Message;
  readonly own: string | null;
  readonly children?: ReactNode;
}

/** Topic and time of a message, and who reads it. */
export function MessageHead({ message, own, children }: HeadProps): ReactNode {
  const { t, format } = useSpeech();
  const reader =
    message.family === null
      ? 'nobody'
      : message.family === own
        ? 'this'
        : message.lines.length > 0
          ? 'other'
          : 'nobody';
  const words = {
    this: t.mapping.readByThis,
    other: t.mapping.readByOther(familyName(message.family ?? '')),
    nobody: t.mapping.readByNobody,
  };
  return (
    <header className="message-head">
      <div>
        <code>{message.topic}</code>
        <span className="small">
          <span className={reader === 'this' ? 'is-good' : 'is-warn'}>{words[reader]}</span>
          <span className="faint tabular">
            {' '}
            · {format.dateTime(message.at)}
            {message.retain && ` · ${t.discovered.retained}`}
          </span>
        </span>
      </div>
      {children}
    </header>
  );
}

/** What the edge would keep of a message. */
export function MessageLines({ lines }: { readonly lines: readonly DecodedLine[] }): ReactNode {
  const { t } = useSpeech();
  return (
    <div className="makes">
      <h3>{t.mapping.makes}</h3>
      {lines.length === 0 && <p className="faint small">{t.mapping.makesNothing}</p>}
      <ul aria-live="polite">
        {lines.map((line, index) => (
          <li key={index} className={`is-${line.kind}`}>
            <Line line={line} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Line({ line }: { readonly line: DecodedLine }): ReactNode {
  const { t, format } = useSpeech();
  const when = (at: string | null): string => (at === null ? t.mapping.noTime : format.dateTime(at));
  switch (line.kind) {
    case 'reading':
      return (
        <>
          <span>{metricWords(line, t)}</span>
          <b>{valueWords(line, t, format)}</b>
          <small className="faint">
            <code>{line.device}</code> · {when(line.at)}
            {line.quality !== 'good' && ` · ${t.quality[line.quality]}`}
            {line.historical && ` · ${t.mapping.history}`}
          </small>
        </>
      );
    case 'fault':
      return (
        <>
          <span>
            {t.mapping.fault(t.fault[line.fault])}
            {line.vendorCode !== null && ` (${line.vendorCode})`}
          </span>
          <b>{t.discovered[line.state]}</b>
          <small className="faint">
            <code>{line.device}</code> · {when(line.at)}
          </small>
        </>
      );
    case 'availability':
      return (
        <>
          <span>{t.metric.online}</span>
          <b>{line.online ? t.value.yes : t.value.no}</b>
          <small className="faint">
            <code>{line.device}</code>
          </small>
        </>
      );
    case 'rejected':
      return (
        <>
          <span>{t.mapping.rejected}</span>
          <b>{reasonWords(line.reason, t)}</b>
        </>
      );
  }
}
