import type { RawMessage } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';

interface RawMessageViewProps {
  readonly message: RawMessage;
  /** JSON of one line is spread over many. */
  readonly spread?: boolean;
}

/** A message as it came: topic, time, and its text, or its bytes where it is none. */
export function RawMessageView({ message, spread = true }: RawMessageViewProps): ReactNode {
  const { t, format } = useSpeech();
  const bytes = bytesOf(message.base64);
  const shown = message.text === null || !spread ? message.text : readable(message.text);
  return (
    <div className="raw">
      <p>
        <code>{message.topic}</code>
        <span className="faint small tabular">
          {format.dateTime(message.at)}
          {message.retain && ` · ${t.discovered.retained}`}
          {message.text === null && ` · ${t.discovered.bytes(format.number(message.size))}`}
          {bytes.length < message.size &&
            ` · ${t.discovered.cut(format.number(bytes.length), format.number(message.size))}`}
        </span>
      </p>
      {/* Long messages scroll, and must do so by keyboard too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={message.topic}>
        {shown ?? hex(bytes)}
      </pre>
    </div>
  );
}

/** JSON of one line is spread out; everything else stays as it came. */
function readable(text: string): string {
  if (text.includes('\n') || text.length < 60) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text;
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.slice(0, 256), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
