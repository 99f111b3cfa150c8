import { AssetCode, CodePlace } from '@keepsite/edge-contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { auditName } from '../../access/roles.ts';
import { assetCode, codeSheet, codeSvg } from '../../acting/code-sheet.ts';
import { createDirectory } from '../../domain/directory.ts';
import { isOpen } from '../../domain/incident-state.ts';
import { type Api, type HttpParts, type HttpSettings, listOf } from '../api.ts';
import { HttpError } from '../errors.ts';
import { serveSecretPage } from '../secret-links.ts';

const Params = z.object({ id: z.string().min(1).max(200) });
/** More than any gateway has open. */
const ALL = 1_000;

type Parts = Pick<HttpParts, 'acting' | 'store' | 'registry' | 'access' | 'publicUrl'>;

/** The codes on assets: for those who print them, and for those who scan them. */
export function codeRoutes(api: Api, parts: Parts, settings: HttpSettings): void {
  const { acting, registry, publicUrl, access } = parts;
  const shown = (asset: string, request: FastifyRequest): AssetCode =>
    // A phone keeps its links where it opened them: a scanned code must lead there too.
    assetCode(
      asset,
      settings.linksUrl ?? publicUrl() ?? `${request.protocol}://${request.host}`,
      acting.codes,
      registry(),
    );
  const all = (request: FastifyRequest) => registry().assets.map(({ id }) => shown(id, request));

  // Whoever has the address of a sticker proves by it that he stands there.
  serveSecretPage(api, '/a/:code', settings);

  api.get(
    '/api/codes',
    {
      config: { action: 'code.read' },
      schema: { summary: 'The codes of all assets', response: { 200: listOf(AssetCode) } },
    },
    (request) => ({ items: all(request), next: null }),
  );

  api.get(
    '/api/codes/sheet',
    { config: { action: 'code.read' }, schema: { summary: 'A page with all of them, to be printed' } },
    (request, reply) => reply.type('text/html; charset=utf-8').send(codeSheet(all(request))),
  );

  api.get(
    '/api/codes/:code',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'Where a scanned code stands, and what is open there',
        params: z.object({ code: z.string().min(1).max(100) }),
        response: { 200: CodePlace },
      },
    },
    ({ params }) => placeOf(params.code, parts),
  );

  api.get(
    '/api/assets/:id/code',
    {
      config: { action: 'code.read' },
      schema: { summary: 'The code of one asset', params: Params, response: { 200: AssetCode } },
    },
    (request) => shown(request.params.id, request),
  );

  api.get(
    '/api/assets/:id/code.svg',
    { config: { action: 'code.read' }, schema: { summary: 'Its QR code', params: Params } },
    (request, reply) => reply.type('image/svg+xml').send(codeSvg(shown(request.params.id, request).url)),
  );

  api.post(
    '/api/assets/:id/code',
    {
      config: { action: 'code.manage' },
      schema: {
        summary: 'Replace it: the one of before proves nothing any more',
        params: Params,
        response: { 200: AssetCode },
      },
    },
    (request) => {
      const { id } = request.params;
      const { version } = acting.codes.replace(id);
      const by = request.principal ? auditName(request.principal) : 'nobody';
      access?.audit.record({
        kind: 'code_replaced',
        by,
        account: null,
        address: request.ip,
        detail: { asset: id, version },
      });
      return shown(id, request);
    },
  );
}

function placeOf(code: string, { acting, registry, store }: Parts): CodePlace {
  const found = acting.codes.find(code);
  const place = found && createDirectory(registry()).asset(found.asset);
  if (!found || !place) throw new HttpError('CODE_UNKNOWN', 'this code stands on no asset of this gateway');
  const incidents = store
    .incidents({ state: 'open', limit: ALL })
    .filter((incident) => incident.asset === found.asset && isOpen(incident));
  const told = (language: 'en' | 'zh') => `${place.site.name[language]} · ${place.zone.name[language]}`;
  return { ...found, name: place.asset.name, place: { en: told('en'), zh: told('zh') }, incidents };
}
