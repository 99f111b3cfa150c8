import { useEffect, useId, useRef, useState, type ChangeEvent, type ReactNode } from 'react';
import { readQr, scanner } from '../api/scan.ts';
import { useSpeech } from '../words/language.tsx';

interface CodeFieldProps {
  readonly code: string;
  /** The contract counts nobody as on site who only says so. */
  readonly mustProve: boolean;
  readonly onChange: (code: string) => void;
}

/** The code on an asset, typed or photographed: both work without a line, so the camera's own scanner is not needed. */
export function CodeField({ code, mustProve, onChange }: CodeFieldProps): ReactNode {
  const { t } = useSpeech();
  const id = useId();
  const camera = useRef<HTMLInputElement>(null);
  const [isUnread, setUnread] = useState(false);
  useEffect(() => void scanner().catch(() => undefined), []);
  const scan = async (change: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [file] = change.target.files ?? [];
    if (!file) return;
    const text = await readQr(file);
    if (camera.current) camera.current.value = '';
    setUnread(text === null);
    if (text !== null) onChange(text.split('/').at(-1) ?? '');
  };
  return (
    <div className="link-code">
      <label htmlFor={id}>{t.acting.code}</label>
      <div className="link-code-row">
        <input
          id={id}
          value={code}
          onChange={(change) => onChange(change.target.value)}
          placeholder="XXXX-XXXX-XXXX"
          autoCapitalize="characters"
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
        />
        <button type="button" className="act" onClick={() => camera.current?.click()}>
          {t.acting.scan}
        </button>
      </div>
      <input
        ref={camera}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        aria-label={t.acting.scan}
        onChange={(change) => void scan(change)}
      />
      {isUnread && <small className="warn">{t.acting.scanFailed}</small>}
      <small className="faint">{t.acting.codeWhy}</small>
      {mustProve && <small>{t.acting.codeNeeded}</small>}
    </div>
  );
}
