import {
  type Asset,
  createThrottle,
  ErasedReporters,
  instantText,
  neighbourhoodOf,
  REPAIR_CATEGORIES,
  RepairBody,
  RepairProgress,
  RepairSettings,
  Reporter,
  type Site,
} from '@keepsite/edge-contract';
import { CommandAnswer } from '@keepsite/cloud-contract';
import { PHOTO_BYTES } from '@keepsite/edge-evidence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { auditName } from '../../access/roles.ts';
import { codeSvg } from '../../acting/code-sheet.ts';
import { createDirectory } from '../../domain/directory.ts';
import { type Api, type HttpParts, type HttpSettings, listOf } from '../api.ts';
import { decided, known } from '../deeds.ts';
import { HttpError } from '../errors.ts';
import { assertPatience, keepSecret, serveSecretPage } from '../secret-links.ts';
import { PICTURES } from './photos.ts';

type Parts = Pick<HttpParts, 'repairs' | 'store' | 'registry' | 'access' | 'clock' | 'publicUrl'>;

const open = { config: { action: 'open' } } as const;
const Token = z.object({ token: z.string().min(1).max(600) });
const Answer = CommandAnswer.extend({ incident: z.string().nullable(), progress: z.string() });
/** Somebody who has not signed in learns how to follow his report, and nothing else. */
const PublicAnswer = Answer.omit({ incident: true });
const PublicBody = RepairBody.omit({ asset: true, channel: true, photos: true });
const Name = z.object({ en: z.string(), zh: z.string() });
const PlaceForm = z.object({
  asset: Name,
  place: Name,
  categories: z.array(z.enum(REPAIR_CATEGORIES)),
  promise: RepairSettings.pick({ urgentAnswerMinutes: true, ordinaryArrangeHours: true }),
});

/** Three reports in a row are a bad day; more from one visitor, or from one place, are slowed down. */
const VISITOR = { free: 3, firstMs: 60_000, mostMs: 3_600_000, forgetMs: 6 * 3_600_000 };
const PLACE = { free: 10, firstMs: 60_000, mostMs: 600_000, forgetMs: 3_600_000 };
/** A link that was mistyped is tried again; whoever guesses waits longer and longer. */
const GUESSES = { free: 10, firstMs: 1_000, mostMs: 60_000, forgetMs: 600_000 };

/** Repairs that people report (报修), by whoever is signed in, by a form at the place, and followed by a link. */
export function repairRoutes(api: Api, parts: Parts, settings: HttpSettings): void {
  intakeRoutes(api, parts);
  publicRoutes(api, parts);
  serveSecretPage(api, '/r/:token', settings);
  progressRoutes(api, parts);
}

function intakeRoutes(api: Api, { repairs, store, registry, access, clock, publicUrl }: Parts): void {
  /** The path of an asset's form; throws ASSET_UNKNOWN. */
  function formPath(asset: string): string {
    if (registry().assets.some(({ id }) => id === asset)) return `/repair/${repairs.place.token(asset)}`;
    throw new HttpError('ASSET_UNKNOWN', `no asset ${asset} is known here`);
  }

  api.post(
    '/api/repairs',
    {
      config: { action: 'incident.report' },
      schema: {
        summary: 'A repair: from the form, from a call that somebody writes down, or from a chat robot',
        body: RepairBody,
        response: { 200: Answer },
      },
    },
    async ({ body }) => {
      const receivedAt = clock.now();
      if (!registry().assets.some(({ id }) => id === body.asset))
        throw new HttpError('ASSET_UNKNOWN', `no asset ${body.asset} is known here`);
      return decided(await repairs.report(body, receivedAt, 'edge'));
    },
  );

  api.get(
    '/api/repairs/:id/reporters',
    {
      config: { action: 'repair.contact' },
      schema: {
        summary: 'Who reported an incident, and how they are reached',
        params: z.object({ id: z.string().min(1).max(200) }),
        response: { 200: listOf(Reporter.extend({ report: z.string() })) },
      },
    },
    ({ params }) => ({ items: repairs.reporters(known(store, params.id)), next: null }),
  );

  api.delete(
    '/api/repairs/:id/reporters',
    {
      config: { action: 'repair.erase' },
      schema: {
        summary: 'Erase the names and numbers of those who reported an incident, here and at the cloud',
        params: z.object({ id: z.string().min(1).max(200) }),
        response: { 200: ErasedReporters },
      },
    },
    ({ params, principal, ip }) => {
      const incident = known(store, params.id);
      const erased = repairs.eraseReporters(incident, clock.now());
      const detail = { incident: incident.id, reporters: erased };
      if (principal) access?.audit.record({ kind: 'reporters_erased', by: auditName(principal), address: ip, detail });
      return { incident: incident.id, erased };
    },
  );

  api.get(
    '/api/repairs/places/:asset/link',
    {
      config: { action: 'repair.code' },
      schema: {
        summary: 'The path of the public form for an asset, for a QR code at the place',
        params: z.object({ asset: z.string().min(1).max(120) }),
        response: { 200: z.object({ path: z.string() }) },
      },
    },
    ({ params }) => ({ path: formPath(params.asset) }),
  );

  api.get(
    '/api/repairs/places/:asset/code.svg',
    {
      config: { action: 'repair.code' },
      schema: { summary: 'The same as a QR code', params: z.object({ asset: z.string().min(1).max(120) }) },
    },
    ({ params }, reply) => {
      const root = publicUrl();
      if (root === null) throw new HttpError('NOT_FOUND', 'this gateway has no address that a phone could reach');
      return reply.type('image/svg+xml').send(codeSvg(root + formPath(params.asset)));
    },
  );
}

function publicRoutes(api: Api, { repairs, registry, clock }: Parts): void {
  const visitors = createThrottle(VISITOR);
  const places = createThrottle(PLACE);
  const guesses = createThrottle(GUESSES);

  /** Throws for a code that was never issued, or whose asset is gone. */
  function placeOf(request: FastifyRequest, reply: FastifyReply, token: string) {
    keepSecret(reply);
    const visitor = neighbourhoodOf(request.ip);
    const now = clock.now();
    assertPatience(reply, guesses.wait(visitor, now));
    const id = repairs.place.read(token);
    const place = id === null ? undefined : createDirectory(registry()).asset(id);
    if (place) return place;
    guesses.tried(visitor, now);
    throw new HttpError('CODE_UNKNOWN', 'this code is not one of this site');
  }

  api.get(
    '/api/repairs/places/:token/form',
    { ...open, schema: { summary: 'What the public form is about', params: Token, response: { 200: PlaceForm } } },
    (request, reply) => {
      const { asset, zone, site } = placeOf(request, reply, request.params.token);
      const { urgentAnswerMinutes, ordinaryArrangeHours } = registry().repairs ?? RepairSettings.parse({});
      return {
        asset: asset.name,
        place: placeName(site, zone.name),
        categories: categoriesFor(asset.kind, registry()),
        promise: { urgentAnswerMinutes, ordinaryArrangeHours },
      };
    },
  );

  api.post(
    '/api/repairs/places/:token',
    {
      ...open,
      schema: {
        summary: 'A repair by the form at the place, without signing in',
        params: Token,
        body: PublicBody,
        response: { 200: PublicAnswer },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const receivedAt = clock.now();
      const { asset } = placeOf(request, reply, request.params.token);
      const visitor = neighbourhoodOf(request.ip);
      assertPatience(reply, Math.max(visitors.wait(visitor, receivedAt), places.wait(asset.id, receivedAt)));
      visitors.tried(visitor, receivedAt);
      places.tried(asset.id, receivedAt);
      const repair: RepairBody = { ...body, asset: asset.id, channel: 'form', photos: [] };
      const answer = decided(await repairs.report(repair, receivedAt, 'link'));
      const { incident: _, ...told } = answer;
      return told;
    },
  );
}

function progressRoutes(api: Api, { repairs, clock }: Parts): void {
  const guesses = createThrottle(GUESSES);

  function assertKnown<T>(request: FastifyRequest, reply: FastifyReply, look: () => T | null): T {
    keepSecret(reply);
    const visitor = neighbourhoodOf(request.ip);
    const now = clock.now();
    assertPatience(reply, guesses.wait(visitor, now));
    const found = look();
    if (found !== null) return found;
    guesses.tried(visitor, now);
    throw new HttpError('LINK_FORGED', 'this link is not one of this gateway');
  }

  api.get(
    '/api/repairs/progress/:token',
    {
      ...open,
      schema: {
        summary: 'How far a repair has come, for whoever reported it',
        params: Token,
        response: { 200: RepairProgress.extend({ now: z.string() }) },
      },
    },
    (request, reply) => {
      const progress = assertKnown(request, reply, () => repairs.progress(request.params.token));
      return { ...progress, now: instantText(clock.now()) };
    },
  );

  api.post(
    '/api/repairs/progress/:token/photos',
    {
      ...open,
      bodyLimit: PHOTO_BYTES,
      schema: {
        summary: 'A photograph by whoever reported it, as its bytes; three at most',
        consumes: PICTURES,
        params: Token,
        querystring: z.object({ commandId: z.string().min(8).max(100) }),
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { token } = request.params;
      const bytes = request.body as Uint8Array;
      const add = () => repairs.addPhoto(token, request.query.commandId, bytes, clock.now());
      return decided(await assertKnown(request, reply, add));
    },
  );
}

/** Those that the settings offer for such an asset; a category that names no kinds is for all of them. */
function categoriesFor(kind: Asset['kind'], { repairs }: ReturnType<Parts['registry']>) {
  return REPAIR_CATEGORIES.filter((category) => repairs?.categories[category]?.assetKinds?.includes(kind) ?? true);
}

function placeName(site: Site, zone: Site['name']): Site['name'] {
  return { en: `${site.name.en} · ${zone.en}`, zh: `${site.name.zh} · ${zone.zh}` };
}
