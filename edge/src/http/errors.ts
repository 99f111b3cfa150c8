import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type EdgeErrorCode, isEdgeError } from '../errors.ts';
import type { EdgeEvents } from '../events.ts';

/** Every no that the API says, with its status. */
const CATALOGUE = {
  INVALID_REQUEST: 400,
  UNAUTHENTICATED: 401,
  SIGN_IN_REFUSED: 401,
  NOT_ALLOWED: 403,
  FOREIGN_ORIGIN: 403,
  FOREIGN_HOST: 403,
  NOT_FOUND: 404,
  INCIDENT_UNKNOWN: 404,
  ASSET_UNKNOWN: 404,
  PLACE_UNKNOWN: 404,
  DEVICE_UNKNOWN: 404,
  MAPPING_UNKNOWN: 404,
  ROSTER_UNKNOWN: 404,
  ACCOUNT_UNKNOWN: 404,
  SESSION_UNKNOWN: 404,
  CREDENTIAL_UNKNOWN: 404,
  LINK_FORGED: 404,
  CODE_UNKNOWN: 404,
  PHOTO_UNKNOWN: 404,
  PHONE_UNKNOWN: 404,
  CHANNEL_UNKNOWN: 404,
  MAINTENANCE_UNKNOWN: 404,
  ACCOUNT_EXISTS: 409,
  CREDENTIAL_EXISTS: 409,
  COMMAND_REFUSED: 409,
  DEVICE_ADOPTED: 409,
  LAST_ADMIN: 409,
  MAPPING_IN_USE: 409,
  LINK_EXPIRED: 410,
  LINK_OVER: 410,
  LINK_REVOKED: 410,
  ORDER_CALLED_OFF: 410,
  ORDER_RECEIVED: 410,
  ORDER_TURNED_DOWN: 410,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  ACCOUNT_REFUSED: 422,
  CREDENTIAL_REFUSED: 422,
  ADOPTION_REFUSED: 422,
  MAPPING_INVALID: 422,
  ROSTER_CHANGE_REFUSED: 422,
  PASSWORD_WEAK: 422,
  PHOTO_REFUSED: 422,
  PHONE_REFUSED: 422,
  MAINTENANCE_REFUSED: 422,
  SETUP_INVALID: 422,
  TOO_MANY_TRIES: 429,
  INTERNAL: 500,
  STORE_FULL: 503,
  STORE_FAILED: 503,
  STORE_DAMAGED: 503,
  SETUP_READ_ONLY: 503,
  TOO_BUSY: 503,
  TOO_MANY_LISTENERS: 503,
} as const;
export type HttpErrorCode = keyof typeof CATALOGUE;

/** What a caller may be told of the edge's own errors; the others are nobody's business. */
const EDGE_ERRORS: Readonly<Partial<Record<EdgeErrorCode, HttpErrorCode>>> = {
  STORE_FULL: 'STORE_FULL',
  STORE_FAILED: 'STORE_FAILED',
  STORE_DAMAGED: 'STORE_DAMAGED',
  ACCOUNT_UNKNOWN: 'ACCOUNT_UNKNOWN',
  SESSION_UNKNOWN: 'SESSION_UNKNOWN',
  ACCOUNT_EXISTS: 'ACCOUNT_EXISTS',
  ACCOUNT_REFUSED: 'ACCOUNT_REFUSED',
  LAST_ADMIN: 'LAST_ADMIN',
  PASSWORD_WEAK: 'PASSWORD_WEAK',
  TOO_BUSY: 'TOO_BUSY',
  CREDENTIAL_UNKNOWN: 'CREDENTIAL_UNKNOWN',
  CREDENTIAL_EXISTS: 'CREDENTIAL_EXISTS',
  CREDENTIAL_REFUSED: 'CREDENTIAL_REFUSED',
  PHOTO_REFUSED: 'PHOTO_REFUSED',
  PHONE_UNKNOWN: 'PHONE_UNKNOWN',
  CHANNEL_UNKNOWN: 'CHANNEL_UNKNOWN',
  PHONE_REFUSED: 'PHONE_REFUSED',
  MAINTENANCE_UNKNOWN: 'MAINTENANCE_UNKNOWN',
  MAINTENANCE_REFUSED: 'MAINTENANCE_REFUSED',
  PLACE_UNKNOWN: 'PLACE_UNKNOWN',
  DEVICE_UNKNOWN: 'DEVICE_UNKNOWN',
  DEVICE_ADOPTED: 'DEVICE_ADOPTED',
  ADOPTION_REFUSED: 'ADOPTION_REFUSED',
  MAPPING_UNKNOWN: 'MAPPING_UNKNOWN',
  MAPPING_IN_USE: 'MAPPING_IN_USE',
  ROSTER_UNKNOWN: 'ROSTER_UNKNOWN',
  ROSTER_CHANGE_REFUSED: 'ROSTER_CHANGE_REFUSED',
  EDGE_CONFIG_INVALID: 'SETUP_INVALID',
  EDGE_FILE_UNWRITABLE: 'SETUP_READ_ONLY',
};

/** Thrown by a route; answered as `{error: {code, message, details}}`. */
export class HttpError extends Error {
  readonly code: HttpErrorCode;
  readonly details: unknown;

  constructor(code: HttpErrorCode, message: string, details?: unknown) {
    super(message);
    this.name = 'HttpError';
    this.code = code;
    this.details = details;
  }
}

/** The one place where errors become answers. What nobody expected is logged, and shows no detail. */
export function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  events: Pick<EdgeEvents, 'workFailed'>,
): FastifyReply {
  const told = translate(error);
  if (CATALOGUE[told.code] >= 500) events.workFailed(`${request.method} ${request.routeOptions.url ?? ''}`, error);
  return sayNo(reply, told);
}

export function sayNo(reply: FastifyReply, { code, message, details }: HttpError): FastifyReply {
  return reply
    .status(CATALOGUE[code])
    .type('application/json; charset=utf-8')
    .send({ error: { code, message, ...(details === undefined ? {} : { details }) } });
}

function translate(error: FastifyError): HttpError {
  if ((error as unknown) instanceof HttpError) return error as unknown as HttpError;
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error);
  const told = isEdgeError(error) ? EDGE_ERRORS[error.code] : undefined;
  if (told && isEdgeError(error)) return new HttpError(told, error.message, detailsOrNone(error.details));
  switch (error.statusCode) {
    case 413:
      return new HttpError('BODY_TOO_LARGE', 'the body is larger than this route takes');
    case 415:
      return new HttpError('UNSUPPORTED_MEDIA_TYPE', 'send application/json, or a picture where one is taken');
    case 404:
      return new HttpError('NOT_FOUND', error.message);
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? new HttpError('INVALID_REQUEST', error.message)
        : new HttpError('INTERNAL', 'this did not work; the gateway’s log says why');
  }
}

function detailsOrNone(details: readonly string[]): readonly string[] | undefined {
  return details.length > 0 ? details : undefined;
}

type Fault = { readonly path: string; readonly message: string };
type Issue = {
  readonly code?: string;
  readonly path?: readonly PropertyKey[];
  readonly message?: string;
  readonly errors?: readonly (readonly Issue[])[];
};

function invalid(error: FastifyError): HttpError {
  const given = error.validation ?? [];
  const faults = given.flatMap(({ instancePath, message, params }) =>
    faultsOf({ message: message ?? '', ...params }, instancePath.replace(/\/$/, '')),
  );
  const sentence =
    faults.length > given.length ? faults.map((fault) => `${fault.path} ${fault.message}`).join('; ') : '';
  return new HttpError('INVALID_REQUEST', sentence || error.message, faults);
}

/** Of a thing that may be this or that: what is wrong with it as the kind of thing that it is. */
function faultsOf({ errors, message = '' }: Issue, path: string): Fault[] {
  const meant = errors?.find(([first]) => first && !(first.code === 'invalid_type' && first.path?.length === 0));
  if (!meant) return [{ path: path || '/', message }];
  return meant.flatMap((issue) => faultsOf(issue, [path, ...(issue.path ?? []).map(String)].join('/')));
}
