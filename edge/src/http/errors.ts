import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isEdgeError } from '../errors.ts';
import type { EdgeEvents } from '../events.ts';

/** Every no that the API says, with its status. */
const CATALOGUE = {
  INVALID_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FOREIGN_ORIGIN: 403,
  FOREIGN_HOST: 403,
  NOT_FOUND: 404,
  INCIDENT_UNKNOWN: 404,
  ASSET_UNKNOWN: 404,
  COMMAND_REFUSED: 409,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INTERNAL: 500,
  STORE_FULL: 503,
  STORE_FAILED: 503,
  TOO_MANY_LISTENERS: 503,
} as const;
export type HttpErrorCode = keyof typeof CATALOGUE;

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
  if (hasZodFastifySchemaValidationErrors(error))
    return new HttpError('INVALID_REQUEST', error.message, detailsOf(error));
  if (isEdgeError(error, 'STORE_FULL') || isEdgeError(error, 'STORE_FAILED'))
    return new HttpError(error.code === 'STORE_FULL' ? 'STORE_FULL' : 'STORE_FAILED', error.message);
  switch (error.statusCode) {
    case 413:
      return new HttpError('BODY_TOO_LARGE', 'the body is larger than this route takes');
    case 415:
      return new HttpError('UNSUPPORTED_MEDIA_TYPE', 'send application/json');
    case 404:
      return new HttpError('NOT_FOUND', error.message);
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? new HttpError('INVALID_REQUEST', error.message)
        : new HttpError('INTERNAL', 'this did not work; the gateway’s log says why');
  }
}

function detailsOf(error: FastifyError): { path: string; message: string }[] {
  return (error.validation ?? []).map(({ instancePath, message }) => ({ path: instancePath, message: message ?? '' }));
}
