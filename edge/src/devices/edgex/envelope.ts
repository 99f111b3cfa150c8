import { objectOf, readJson, type JsonObject, type ReadJson } from '../json.ts';

/** Words that only this envelope has together. */
export function isEnvelope(object: JsonObject): boolean {
  return own(object, 'payload', 'Payload') !== undefined && own(object, 'correlationID', 'CorrelationID') !== undefined;
}

/** What an envelope held; `text` is the inner text when it was encoded, for digits that numbers lose. */
export interface Enveloped {
  readonly read: ReadJson;
  readonly text: Uint8Array | undefined;
}

/**
 * Opens the message bus's envelope: `payload` is the base64 of an event, from version 4 on the event
 * itself; versions 1 and 2 write the keys with capitals. Anything else is returned as it is.
 */
export function openEnvelope(read: ReadJson): Enveloped {
  const bare = { read, text: undefined };
  const outer = read.ok ? objectOf(read.value) : undefined;
  if (!outer || outer['readings'] !== undefined || outer['event'] !== undefined) return bare;
  const payload = own(outer, 'payload', 'Payload');
  if (payload === undefined) return bare;
  const code = own(outer, 'errorCode', 'ErrorCode');
  if (typeof code === 'number' && code !== 0) return failed(`the sender reports error ${code} instead of an event`);
  if (typeof payload !== 'string') return { read: { ok: true, value: payload }, text: undefined };
  const contentType = own(outer, 'contentType', 'ContentType');
  if (typeof contentType === 'string' && contentType.includes('cbor')) return failed('the event is CBOR, not JSON');
  const text = bytesOf(payload);
  return text ? { read: readJson(text), text } : failed('the envelope’s payload is not base64');
}

function own(object: JsonObject, ...keys: readonly string[]): unknown {
  const key = keys.find((name) => Object.hasOwn(object, name));
  return key === undefined ? undefined : object[key];
}

function failed(reason: string): Enveloped {
  return { read: { ok: false, reason }, text: undefined };
}

/** The bytes of a base64 text, undefined when it is none. */
export function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
}
