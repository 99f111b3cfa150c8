import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { JsonObject } from '../json.ts';
import { numberOf, speaker, type Speaker } from '../lines.ts';

export const FAMILY = 'shmashine';
/** Last topic levels that name what is said, not who says it. */
const KIND_LEVEL =
  /^(?:monitor|fault|sensorfault|event|status|data|message|info|report|up|update|system|login|tr|raw|m|s)$/i;

/** One message of one device, with what its reader needs. */
export class Telling {
  readonly body: JsonObject;
  readonly message: Message;
  readonly context: DecodeContext;
  readonly lines: Decoded[];
  readonly device: string;
  readonly sensorType: string;
  /** `ST`, in small letters. */
  readonly verb: string;

  constructor(body: JsonObject, message: Message, context: DecodeContext, lines: Decoded[]) {
    this.body = body;
    this.message = message;
    this.context = context;
    this.lines = lines;
    this.device = deviceOf(body, message.topic);
    this.sensorType = textOf(body['sensorType']) ?? '';
    this.verb = (textOf(body['ST']) ?? textOf(body['stype']) ?? '').toLowerCase();
  }

  at(millis: number | null): Speaker {
    return speaker(FAMILY, this.device, millis, false, this.lines);
  }

  /**
   * The platform writes Java's `SS`, milliseconds, where the seconds belong. Three digits betray
   * it: then no second is known.
   */
  get time(): number | null {
    const text = textOf(this.body['time']);
    const number = numberOf(text ?? null);
    // Seconds have ten digits for the next two centuries.
    if (typeof number === 'number') return usableInstant(number < 1e11 ? number * 1000 : number);
    return text === undefined ? null : instantOf(text, this.context.zoneOf(this.device), this.message.receivedAt);
  }
}

function deviceOf(body: JsonObject, topic: string): string {
  const told = textOf(body['elevatorCode']) ?? textOf(body['eid']);
  if (told !== undefined) return told;
  const levels = topic.split('/').filter((level) => level !== '');
  if (KIND_LEVEL.test(levels.at(-1) ?? '')) levels.pop();
  return levels.at(-1) ?? topic;
}

/** A text or a number as text; undefined when it is empty or something else. */
export function textOf(raw: unknown): string | undefined {
  if (typeof raw === 'number' && Number.isFinite(raw)) return String(raw);
  return typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : undefined;
}

/** A small whole number, also as text; -1 for anything else. */
export function codeOf(raw: unknown): number {
  return numberOf(raw) ?? -1;
}

/** A frame's own time; null when its clock was never set. */
export function secondsOf(fields: JsonObject): number | null {
  return usableInstant(Number(fields['seconds']) * 1000);
}
