import type { TimelineEntry } from '@keepsite/edge-contract';
import { useRef, useState, type ChangeEvent, type ReactNode } from 'react';
import { type Order, sendPhoto } from '../api/outbox.ts';
import { shrinkPhoto } from '../api/photo.ts';
import { useSpeech } from '../words/language.tsx';

interface PhotoProps {
  /** Where the incident is reached: `/api/incidents/<id>` or `/api/links/<token>`. */
  readonly path: string;
  readonly entry: TimelineEntry;
}

/** A photograph of the timeline; a tap shows it in its full size. */
export function Photo({ path, entry }: PhotoProps): ReactNode {
  const { t } = useSpeech();
  const { sha256, caption } = entry.detail;
  const url = `${path}/photos/${String(sha256)}`;
  return (
    <a className="photo" href={url} target="_blank" rel="noreferrer">
      <img src={url} alt={typeof caption === 'string' ? caption : t.acting.photoAlt(entry.seq)} loading="lazy" />
    </a>
  );
}

interface PhotoButtonProps {
  readonly path: string;
  readonly incident: string;
  readonly words: Parameters<typeof sendPhoto>[3];
  /** What is on its way, where the button is to tell of it. */
  readonly pending?: Order | undefined;
}

/** Opens the camera; the picture is made small here, and kept on this phone until a server has it. */
export function PhotoButton({ path, incident, words, pending }: PhotoButtonProps): ReactNode {
  const { t } = useSpeech();
  const input = useRef<HTMLInputElement>(null);
  const [isBroken, setBroken] = useState(false);
  const take = async (change: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [file] = change.target.files ?? [];
    if (!file) return;
    const photo = await shrinkPhoto(file).catch(() => null);
    setBroken(photo === null);
    if (input.current) input.current.value = '';
    if (photo) await sendPhoto(path, incident, photo, words);
  };
  return (
    <>
      <button type="button" className="act" onClick={() => input.current?.click()}>
        {t.acting.photo}
        {pending?.photo && <small>{pending.state === 'waiting' ? t.action.waiting(1) : t.action.pending}</small>}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        aria-label={t.acting.photo}
        onChange={(change) => void take(change)}
      />
      {isBroken && <small className="warn">{t.acting.photoBroken}</small>}
    </>
  );
}
