/**
 * Every way in which a promise of the edge can break, by code. The message of an error tells the
 * person on site what to do next; `http/errors.ts` maps the codes to HTTP in one place.
 */
export const EDGE_ERROR_CODES = [
  'EDGE_CONFIG_INVALID',
  'EDGE_PORT_IN_USE',
  'EDGE_REFUSED',
  'EDGE_FILE_UNWRITABLE',
  'DEVICE_UNKNOWN',
  'DEVICE_ADOPTED',
  'PLACE_UNKNOWN',
  'ADOPTION_REFUSED',
  'MAPPING_UNKNOWN',
  'MAPPING_IN_USE',
  'ROSTER_UNKNOWN',
  'ROSTER_CHANGE_REFUSED',
  'ACCOUNT_UNKNOWN',
  'ACCOUNT_EXISTS',
  'ACCOUNT_REFUSED',
  'LAST_ADMIN',
  'PASSWORD_WEAK',
  'SESSION_UNKNOWN',
  'TOO_BUSY',
  'CREDENTIAL_UNKNOWN',
  'CREDENTIAL_EXISTS',
  'CREDENTIAL_REFUSED',
  'PHOTO_REFUSED',
  'PHONE_UNKNOWN',
  'CHANNEL_UNKNOWN',
  'PHONE_REFUSED',
  'MAINTENANCE_UNKNOWN',
  'MAINTENANCE_REFUSED',
  'INBOX_UNREACHABLE',
  'STORE_FULL',
  'STORE_FAILED',
  'STORE_DAMAGED',
  'UPLINK_UNREACHABLE',
  'UPLINK_UNAUTHORIZED',
  'UPLINK_BATCH_REFUSED',
  'UPLINK_ANSWER_INVALID',
] as const;
export type EdgeErrorCode = (typeof EDGE_ERROR_CODES)[number];

/** A promise of the edge that broke. `details` is a list of sentences where there is more than one fault. */
export class EdgeError extends Error {
  readonly code: EdgeErrorCode;
  readonly details: readonly string[];

  constructor(code: EdgeErrorCode, message: string, options: { cause?: unknown; details?: readonly string[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EdgeError';
    this.code = code;
    this.details = options.details ?? [];
  }
}

/** How a store can fail: it is full, it does not work, its file can no longer be trusted. */
export const STORE_ERROR_CODES = ['STORE_FULL', 'STORE_FAILED', 'STORE_DAMAGED'] as const satisfies EdgeErrorCode[];
export type StoreErrorCode = (typeof STORE_ERROR_CODES)[number];

/** What the store throws: nothing of the transaction was written. */
export function storeError(code: StoreErrorCode, message: string, cause?: unknown): EdgeError {
  return new EdgeError(code, message, { cause });
}

/** True for an {@link EdgeError} with this code. */
export function isEdgeError(error: unknown, code?: EdgeErrorCode): error is EdgeError {
  return error instanceof EdgeError && (code === undefined || error.code === code);
}

/** One line of text for whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
