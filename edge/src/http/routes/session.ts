import {
  AccountSession,
  CodeBody,
  PasswordBody,
  ScreenBody,
  SessionState,
  SetupBody,
  SignInBody,
} from '@keepsite/edge-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import type { Entered } from '../../access/entry.ts';
import { auditName, type Principal } from '../../access/roles.ts';
import type { Origin } from '../../access/sessions.ts';
import { type Api, type HttpSettings, listOf } from '../api.ts';
import { sessionCookie, shownToken } from '../cookie.ts';
import { HttpError } from '../errors.ts';

const open = { config: { action: 'open' } } as const;
const self = { config: { action: 'self' } } as const;
/** Until its token is revoked; browsers keep nothing for longer. */
const SCREEN_FOR_MS = 400 * 24 * 3_600_000;
const answersState = { 200: SessionState };

/** Signing in and out, and one's own sessions and password. None of it exists in the demo. */
export function sessionRoutes(api: Api, access: Access, settings: HttpSettings): void {
  const { entry, sessions, tokens, audit } = access;
  const state = (signedIn: boolean): SessionState => ({
    edge: settings.edge,
    signedIn,
    setupNeeded: entry.setupNeeded,
  });

  /** The cookie of the new session, or why there is none. */
  function answer(request: FastifyRequest, reply: FastifyReply, entered: Entered): SessionState {
    if (entered.outcome === 'in') {
      const { token, keepForMs } = entered.session;
      const before = shownToken(request);
      if (before !== null) sessions.leave(before);
      void reply.header('set-cookie', sessionCookie(request, token, keepForMs));
      return state(true);
    }
    if (entered.outcome === 'refused')
      throw new HttpError('SIGN_IN_REFUSED', 'this name and what was typed do not fit');
    const { retryAfterSeconds } = entered;
    void reply.header('retry-after', String(retryAfterSeconds));
    throw new HttpError('TOO_MANY_TRIES', `too many tries; wait ${retryAfterSeconds} s`, { retryAfterSeconds });
  }

  api.get(
    '/api/session',
    { ...open, schema: { summary: 'Whether the caller is signed in', response: answersState } },
    (request) => {
      const token = shownToken(request);
      return state(token !== null && (sessions.who(token) ?? tokens.screen(token)) !== null);
    },
  );

  api.post(
    '/api/session',
    { ...open, schema: { summary: 'Sign in', body: SignInBody, response: answersState } },
    async (request, reply) => answer(request, reply, await entry.signIn(request.body, originOf(request))),
  );

  api.post(
    '/api/session/code',
    {
      ...open,
      schema: {
        summary: 'Choose a password with a one-time code, and sign in',
        body: CodeBody,
        response: answersState,
      },
    },
    async (request, reply) => answer(request, reply, await entry.redeem(request.body, originOf(request))),
  );

  api.post(
    '/api/session/screen',
    {
      ...open,
      schema: { summary: 'A screen on a wall shows a viewer’s token', body: ScreenBody, response: answersState },
    },
    (request, reply) => {
      const { token } = request.body;
      const screen = tokens.screen(token);
      if (!screen) throw new HttpError('SIGN_IN_REFUSED', 'this is no token of a viewer');
      audit.record({ kind: 'signed_in', by: auditName(screen), address: request.ip });
      void reply.header('set-cookie', sessionCookie(request, token, SCREEN_FOR_MS));
      return state(true);
    },
  );

  api.post(
    '/api/setup',
    {
      ...open,
      schema: {
        summary: 'Make the first admin, with the code that the edge printed when it started',
        body: SetupBody,
        response: answersState,
      },
    },
    async (request, reply) => answer(request, reply, await entry.setUp(request.body, originOf(request))),
  );

  api.delete('/api/session', { ...self, schema: { summary: 'Sign out', response: answersState } }, (request, reply) => {
    if (request.principal) entry.signOut(request.principal, originOf(request));
    void reply.header('set-cookie', sessionCookie(request, null));
    return state(false);
  });

  api.put(
    '/api/password',
    {
      ...self,
      schema: { summary: 'Change one’s own password; other sessions end', body: PasswordBody, response: answersState },
    },
    async (request, reply) =>
      answer(request, reply, await entry.changePassword(ownAccount(request), request.body, originOf(request))),
  );

  api.get(
    '/api/sessions',
    { ...self, schema: { summary: 'One’s own open sessions', response: { 200: listOf(AccountSession) } } },
    (request) => {
      const { name, session } = ownAccount(request);
      return { items: sessions.of(name, session), next: null };
    },
  );

  api.delete(
    '/api/sessions/:id',
    {
      ...self,
      schema: {
        summary: 'End one of one’s own sessions',
        params: z.object({ id: z.string().max(100) }),
        response: { 200: z.object({ id: z.string() }) },
      },
    },
    (request) => {
      const { name } = ownAccount(request);
      sessions.end(name, request.params.id, name);
      return { id: request.params.id };
    },
  );
}

function originOf({ ip, headers }: FastifyRequest): Origin {
  return { address: ip, agent: headers['user-agent'] ?? '' };
}

function ownAccount({ principal }: FastifyRequest): Principal {
  if (principal?.kind === 'account') return principal;
  throw new HttpError('NOT_ALLOWED', 'a token has no account: sign in with a name and a password');
}
