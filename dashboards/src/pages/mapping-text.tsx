import type { MappingFault } from '@keepsite/edge-contract';
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';

interface MappingTextProps {
  readonly yaml: string;
  readonly faults: readonly MappingFault[];
  /** What to say while there is no mistake. */
  readonly fine: string;
  readonly onChange: (yaml: string) => void;
  readonly onSave: () => void;
}

/** The text with its line numbers; lines with a mistake are marked, and each mistake leads to its place. */
export function MappingText({ yaml, faults, fine, onChange, onSave }: MappingTextProps): ReactNode {
  const { t } = useSpeech();
  const field = useRef<HTMLTextAreaElement>(null);
  const [id, list] = [useId(), useId()];
  const lines = yaml.split('\n').length;
  const bad = new Set(faults.map(({ line }) => line));
  const press = (key: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (key.key === 's' && (key.ctrlKey || key.metaKey)) {
      key.preventDefault();
      onSave();
    } else if (key.key === 'Enter' && !key.shiftKey && !key.nativeEvent.isComposing) {
      key.preventDefault();
      onChange(breakLine(key.currentTarget));
    }
  };
  return (
    <div className="mapping-text">
      <label htmlFor={id} className="mapping-label">
        {t.mapping.file} <small className="faint">{t.mapping.keys}</small>
      </label>
      <div className="yaml">
        <div className="yaml-lines" aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <span key={index} className={bad.has(index + 1) ? 'is-bad' : undefined}>
              {index + 1}
            </span>
          ))}
        </div>
        <textarea
          ref={field}
          id={id}
          rows={Math.max(8, lines + 1)}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          autoCorrect="off"
          aria-invalid={faults.length > 0}
          aria-describedby={list}
          value={yaml}
          onChange={(change) => onChange(change.target.value)}
          onKeyDown={press}
        />
      </div>
      <ul className="yaml-faults" id={list} aria-live="polite">
        {faults.length === 0 && <li className="faint small">{fine}</li>}
        {faults.map((fault, index) => (
          <li key={`${fault.line} ${fault.column} ${index}`}>
            <button type="button" onClick={() => field.current && jump(field.current, fault)}>
              <span>{t.mapping.line(fault.line, fault.column)}</span>
              {fault.key !== '' && <code>{fault.key}</code>}
              <b>{fault.message}</b>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Breaks the line where the caret stands and begins the next one as far in as this one. */
function breakLine(field: HTMLTextAreaElement): string {
  const { selectionStart, selectionEnd, value } = field;
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart);
  const indent = /^ */.exec(line)?.[0] ?? '';
  field.setRangeText(`\n${indent}`, selectionStart, selectionEnd, 'end');
  return field.value;
}

/** Puts the caret at a mistake and brings its line into sight. */
function jump(field: HTMLTextAreaElement, { line, column }: MappingFault): void {
  const lines = field.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const at = start + Math.min(column - 1, lines[line - 1]?.length ?? 0);
  field.focus({ preventScroll: true });
  field.setSelectionRange(at, start + (lines[line - 1]?.length ?? 0));
  const height = Number.parseFloat(getComputedStyle(field).lineHeight);
  const y = field.getBoundingClientRect().top + line * height;
  if (y < 90 || y > window.innerHeight - 90) window.scrollBy({ top: y - window.innerHeight / 2 });
}
