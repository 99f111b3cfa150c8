import type { Random } from '../random.ts';

/** A device's message beside what it means, in the words that `decode` prints. */
export interface Sample {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain?: boolean;
  /** RFC 3339; absent: the age of what it says is not judged. */
  readonly receivedAt?: string;
  /** Every line that a reader of this message must find, and no other. A key that is absent is not compared. */
  readonly says: readonly SampleLine[];
}

export interface SampleLine {
  readonly kind: 'reading' | 'fault' | 'availability' | 'rejected';
  readonly device?: string;
  readonly metric?: string;
  readonly part?: string | null;
  readonly value?: number | boolean | string | null;
  /** RFC 3339 UTC; null: no usable time. */
  readonly at?: string | null;
  readonly quality?: 'good' | 'cached' | 'bad' | 'unknown';
  readonly historical?: boolean;
  readonly fault?: string;
  readonly vendorCode?: string | number | null;
  readonly state?: 'raised' | 'cleared';
  readonly online?: boolean;
}

/** Makes messages of one dialect, in the order in which they must be read. Local times are those of SAMPLE_ZONE. */
export type Sampler = (random: Random) => Sample[];

/** The zone of every local time in a sample. */
export const SAMPLE_ZONE = 'Asia/Shanghai';
