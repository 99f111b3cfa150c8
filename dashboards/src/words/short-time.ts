import { useSpeech } from './language.tsx';

interface ShortTime {
  /** `08:00` in a zone. */
  readonly hour: (at: string, zone: string) => string;
  /** `2 Mar, 08:00` in a zone. */
  readonly moment: (at: string, zone: string) => string;
}

const SECONDS = /:\d\d$/;

/** Times of shifts: nobody hands over on the second. */
export function useShortTime(): ShortTime {
  const { format } = useSpeech();
  return {
    hour: (at, zone) => format.time(at, zone).replace(SECONDS, ''),
    moment: (at, zone) => format.dateTime(at, zone).replace(SECONDS, ''),
  };
}
