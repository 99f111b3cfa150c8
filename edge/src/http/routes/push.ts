import { createThrottle, Phone, PhoneBody, TestVerdict, PushState } from '@keepsite/edge-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { auditName } from '../../access/roles.ts';
import type { Api, HttpParts } from '../api.ts';
import { HttpError } from '../errors.ts';
import { assertPatience } from '../secret-links.ts';

const self = { config: { action: 'self' } } as const;
const Params = z.object({ id: z.string().min(1).max(100) });
/** Whose phones, where nobody signs in. */
const Whose = z.object({ responder: z.string().min(1).max(200).optional() });

/** A page that subscribes in a loop, or somebody who keeps pressing the button. */
const ADDS = { free: 10, firstMs: 5_000, mostMs: 5 * 60_000, forgetMs: 60 * 60_000 };
const TESTS = { free: 3, firstMs: 5_000, mostMs: 60_000, forgetMs: 10 * 60_000 };

/** On which phones one is paged: only ever the own ones of the person that the account belongs to. */
export function pushRoutes(api: Api, { phones, registry, access, clock }: HttpParts): void {
  const adds = createThrottle(ADDS);
  const tests = createThrottle(TESTS);

  /** The account's own person; in the demo, which has no accounts, whoever is named. */
  function personOf({ principal }: FastifyRequest, named: string | undefined): string | null {
    const person = (principal?.kind === 'demo' ? named : principal?.responder) ?? null;
    if (named !== undefined && named !== person)
      throw new HttpError('NOT_ALLOWED', 'a phone is added in one’s own name alone');
    return registry().people.some(({ id }) => id === person) ? person : null;
  }

  function needPerson(request: FastifyRequest, named: string | undefined): string {
    const person = personOf(request, named);
    if (person !== null) return person;
    throw new HttpError('NOT_ALLOWED', 'this account is nobody of the registry, so nobody is paged on its phones');
  }

  function assertPace(throttle: ReturnType<typeof createThrottle>, reply: FastifyReply, key: string): void {
    const now = clock.now();
    assertPatience(reply, throttle.wait(key, now));
    throttle.tried(key, now);
  }

  function record({ principal, ip }: FastifyRequest, kind: 'phone_added' | 'phone_removed', detail: AuditDetail): void {
    if (principal) access?.audit.record({ kind, by: auditName(principal), address: ip, detail });
  }

  api.get(
    '/api/push',
    {
      ...self,
      schema: {
        summary: 'What a browser subscribes with, and the phones on which the caller is paged',
        querystring: Whose,
        response: { 200: PushState },
      },
    },
    (request) => phones.state(personOf(request, request.query.responder)),
  );

  api.post(
    '/api/push/phones',
    { ...self, schema: { summary: 'Page me on this phone', body: PhoneBody, response: { 200: Phone } } },
    (request, reply) => {
      const { body, principal } = request;
      const person = needPerson(request, body.responder);
      assertPace(adds, reply, person);
      const account = principal?.kind === 'account' ? principal.name : null;
      const phone = phones.add({ person, account, session: principal?.session ?? null }, body);
      if (!body.renew) record(request, 'phone_added', { person, phone: phone.name });
      return phone;
    },
  );

  api.delete(
    '/api/push/phones/:id',
    {
      ...self,
      schema: {
        summary: 'Do not page me on this phone any more',
        params: Params,
        querystring: Whose,
        response: { 200: Phone },
      },
    },
    (request) => {
      const person = personOf(request, request.query.responder) ?? '';
      const phone = phones.remove(person, request.params.id);
      record(request, 'phone_removed', { person, phone: phone.name });
      return phone;
    },
  );

  api.post(
    '/api/push/phones/:id/test',
    {
      ...self,
      schema: {
        summary: 'Page one phone with a message that is marked as a test',
        params: Params,
        querystring: Whose,
        response: { 200: TestVerdict },
      },
    },
    (request, reply) => {
      const person = personOf(request, request.query.responder) ?? '';
      assertPace(tests, reply, `${person}\n${request.params.id}`);
      return phones.test(person, request.params.id);
    },
  );
}

type AuditDetail = Readonly<Record<string, string>>;
