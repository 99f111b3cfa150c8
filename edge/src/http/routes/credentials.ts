import { CredentialView, IssueBody, Issued } from '@keepsite/edge-contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Issuer } from '../../access/credential-desk.ts';
import { auditName } from '../../access/roles.ts';
import { type Api, type HttpParts, listOf } from '../api.ts';

const manage = { config: { action: 'credential.manage' } } as const;

/** What devices show to the broker: list, issue, revoke. A secret is told once, in the answer that made it. */
export function credentialRoutes(api: Api, { credentials }: Pick<HttpParts, 'credentials'>): void {
  api.get(
    '/api/credentials',
    {
      config: { action: 'credential.read' },
      schema: {
        summary: 'Credentials of devices, revoked ones too; never a secret',
        response: { 200: listOf(CredentialView) },
      },
    },
    () => ({ items: credentials.list(), next: null }),
  );

  api.post(
    '/api/credentials',
    {
      ...manage,
      schema: {
        summary: 'Issue a credential; its secret is shown this once',
        body: IssueBody,
        response: { 200: Issued },
      },
    },
    (request) => credentials.issue(request.body, issuerOf(request)),
  );

  api.post(
    '/api/credentials/:name/revoke',
    {
      ...manage,
      schema: {
        summary: 'Revoke it; whoever is connected with it is cut off',
        params: z.object({ name: z.string().max(200) }),
        response: { 200: CredentialView },
      },
    },
    (request) => credentials.revoke(request.params.name, issuerOf(request)),
  );
}

function issuerOf({ principal, ip }: FastifyRequest): Issuer {
  return { by: principal === null ? 'nobody' : auditName(principal), address: ip };
}
