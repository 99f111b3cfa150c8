import {
  Account,
  AccountBody,
  AccountChange,
  AccountSession,
  AddedAccount,
  AuditEntry,
  OneTimeCode,
} from '@keepsite/edge-contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import { auditName } from '../../access/roles.ts';
import { type Api, limitUpTo, listOf } from '../api.ts';

const manage = { config: { action: 'account.manage' } } as const;
const Params = z.object({ name: z.string().max(64) });

/** The people who may sign in, and what was written down about them. */
export function accountRoutes(api: Api, { accounts, sessions, audit }: Access): void {
  api.get(
    '/api/accounts',
    { ...manage, schema: { summary: 'Everybody who may sign in', response: { 200: listOf(Account) } } },
    () => ({ items: accounts.list(), next: null }),
  );

  api.post(
    '/api/accounts',
    {
      ...manage,
      schema: {
        summary: 'Add an account; the person chooses the password with the code, which is shown this once',
        body: AccountBody,
        response: { 200: AddedAccount },
      },
    },
    (request) => accounts.add(request.body, by(request)),
  );

  api.patch(
    '/api/accounts/:name',
    {
      ...manage,
      schema: {
        summary: 'Change name, role or person, disable or enable',
        params: Params,
        body: AccountChange,
        response: { 200: Account },
      },
    },
    (request) => accounts.change(request.params.name, request.body, by(request)),
  );

  api.post(
    '/api/accounts/:name/code',
    {
      ...manage,
      schema: {
        summary: 'Reset: the password no longer holds, sessions end, a new one-time code is shown this once',
        params: Params,
        response: { 200: OneTimeCode },
      },
    },
    (request) => accounts.reset(request.params.name, by(request)),
  );

  api.get(
    '/api/accounts/:name/sessions',
    {
      ...manage,
      schema: { summary: 'Open sessions of an account', params: Params, response: { 200: listOf(AccountSession) } },
    },
    ({ params, principal }) => ({ items: sessions.of(params.name, principal?.session), next: null }),
  );

  api.delete(
    '/api/accounts/:name/sessions',
    {
      ...manage,
      schema: {
        summary: 'End all sessions of an account: a stolen phone',
        params: Params,
        response: { 200: z.object({ ended: z.int() }) },
      },
    },
    (request) => ({ ended: sessions.endAll(request.params.name, by(request)) }),
  );

  api.get(
    '/api/audit',
    {
      config: { action: 'audit.read' },
      schema: {
        summary: 'Who came in, who changed whom, newest first; `next` is the `before` of the next page',
        querystring: z.object({ before: z.coerce.number().int().positive().optional(), limit: limitUpTo(500, 100) }),
        response: { 200: listOf(AuditEntry) },
      },
    },
    ({ query: { before, limit } }) => {
      const items = audit.read({ ...(before === undefined ? {} : { before }), limit });
      return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null };
    },
  );
}

function by({ principal }: FastifyRequest): string {
  return principal ? auditName(principal) : 'nobody';
}
