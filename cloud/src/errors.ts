/** Every broken promise of the cloud, by code; what to do next is in the message. What an edge says too has the edge's code. */
export type CloudErrorCode =
  | 'CLOUD_CONFIG_INVALID'
  | 'CLOUD_DATABASE_UNREACHABLE'
  | 'CLOUD_DATABASE_UNSAFE'
  | 'CLOUD_MIGRATION_FAILED'
  | 'CLOUD_POSTGRES_MISSING'
  | 'CLOUD_POSTGRES_FAILED'
  | 'CLOUD_METRICS_FAILED'
  | 'CLOUD_WEATHER_FAILED'
  | 'CLOUD_NOT_FOUND'
  | 'CLOUD_BAD_INPUT'
  | 'CLOUD_TOO_LARGE'
  | 'CLOUD_UNAUTHENTICATED'
  | 'CLOUD_FORBIDDEN'
  | 'CLOUD_CONFLICT'
  | 'CLOUD_RESPONSE_REFUSED'
  | 'CLOUD_WORK_FAILED'
  | 'CLOUD_BUSY'
  | 'CLOUD_STOPPING'
  | 'LINK_FORGED'
  | 'LINK_EXPIRED'
  | 'LINK_OVER'
  | 'LINK_REVOKED'
  | 'ORDER_CALLED_OFF'
  | 'ORDER_RECEIVED'
  | 'ORDER_TURNED_DOWN'
  | 'LINK_EARLY'
  | 'PHOTO_REFUSED'
  | 'PHOTO_UNKNOWN'
  | 'TOO_MANY_TRIES';

/** A coded error; `details` travels to the caller of the API, `cause` never does. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly code: CloudErrorCode;
  readonly details: unknown;

  constructor(code: CloudErrorCode, message: string, options: { cause?: unknown; details?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
  }
}

/** The status that each code has on the API; a code that is not listed is a 500 without detail. */
export const HTTP_STATUS: Partial<Record<CloudErrorCode, number>> = {
  CLOUD_NOT_FOUND: 404,
  CLOUD_BAD_INPUT: 400,
  CLOUD_TOO_LARGE: 413,
  CLOUD_UNAUTHENTICATED: 401,
  CLOUD_FORBIDDEN: 403,
  CLOUD_CONFLICT: 409,
  CLOUD_RESPONSE_REFUSED: 422,
  CLOUD_BUSY: 503,
  CLOUD_STOPPING: 503,
  CLOUD_METRICS_FAILED: 503,
  CLOUD_WEATHER_FAILED: 502,
  LINK_FORGED: 404,
  LINK_EXPIRED: 410,
  LINK_OVER: 410,
  LINK_REVOKED: 410,
  ORDER_CALLED_OFF: 410,
  ORDER_RECEIVED: 410,
  ORDER_TURNED_DOWN: 410,
  LINK_EARLY: 503,
  PHOTO_REFUSED: 422,
  PHOTO_UNKNOWN: 404,
  TOO_MANY_TRIES: 429,
};

/** Throws the 404 that every route uses for what is not there, and for what is not the caller's. */
export function notFound(what: string): never {
  throw new CloudError('CLOUD_NOT_FOUND', `${what} is not known here`);
}
