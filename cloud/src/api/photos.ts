import { CommandAnswer, type CommandItem } from '@keepsite/cloud-contract';
import { HeldMs, type Incident, instantText, type Photo, PHOTO_TYPES, photosOf } from '@keepsite/edge-contract';
import { cleanPhoto, PHOTO_BYTES, PHOTOS_EACH } from '@keepsite/edge-evidence';
import type { FastifyReply } from 'fastify';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CloudError, notFound } from '../errors.ts';
import type { Store } from '../ports.ts';
import type { StoredCommand } from '../ports/commands.ts';
import type { KeptPhoto } from '../ports/links.ts';
import type { Api, ApiPorts } from './context.ts';
import { placeOrder } from './incidents.ts';
import { answer } from './link-orders.ts';

/** What is taken as a photograph's bytes. */
export const PICTURES = [...PHOTO_TYPES];
export const Hash = { sha256: z.string().regex(/^[0-9a-f]{64}$/) };
/** What is said of a photograph whose bytes are the body. */
export const PhotoQuery = z.object({
  commandId: z.string().min(8).max(100),
  caption: z.string().max(4_000).optional(),
  heldMs: z.coerce.number().pipe(HeldMs).optional(),
});
const OfIncident = z.object({ id: z.string().min(1).max(200) });
const OfEdge = z.object({ edge: z.string().min(1).max(120), ...Hash });

/** Photographs of incidents: sent by people, shown to whoever may see the incident, fetched and handed in by their edge. */
export function photoRoutes(api: Api, ports: ApiPorts): void {
  api.addContentTypeParser(PICTURES, { parseAs: 'buffer', bodyLimit: PHOTO_BYTES }, (_, body, done) =>
    done(null, body),
  );
  peopleRoutes(api, ports);
  edgeRoutes(api, ports);
}

function peopleRoutes(api: Api, ports: ApiPorts): void {
  const { store, own } = ports;

  api.post(
    '/api/incidents/:id/photos',
    {
      bodyLimit: PHOTO_BYTES,
      schema: {
        summary: 'Send a photograph, as its bytes: JPEG, PNG or WebP; 202 while the edge has not fetched it',
        consumes: PICTURES,
        params: OfIncident,
        querystring: PhotoQuery.extend({ responder: z.string().min(1).max(200) }),
        response: { 200: CommandAnswer, 202: CommandAnswer },
      },
    },
    async ({ params: { id }, query, body }, reply) => {
      const incident = (await store.incidents.get(id)) ?? notFound(`incident ${id}`);
      return answer(reply, await orderPhoto(ports, incident, { ...query, picture: body as Uint8Array }, own.now()));
    },
  );

  api.get(
    '/api/incidents/:id/photos/:sha256',
    { schema: { summary: 'One of its photographs', params: OfIncident.extend(Hash) } },
    async ({ params: { id, sha256 } }, reply) => {
      const incident = (await store.incidents.get(id)) ?? notFound(`incident ${id}`);
      return answerPhoto(reply, await photoOf(store, incident, sha256));
    },
  );
}

function edgeRoutes(api: Api, { store }: ApiPorts): void {
  api.get(
    '/api/edges/:edge/photos/:sha256',
    { schema: { summary: 'A photograph that an order brought, for its edge', params: OfEdge } },
    async ({ params: { edge, sha256 } }, reply) => answerPhoto(reply, await store.links.photo(edge, sha256)),
  );

  api.put(
    '/api/edges/:edge/photos/:sha256',
    {
      bodyLimit: PHOTO_BYTES,
      schema: {
        summary: 'An edge hands in a photograph of its evidence, as its bytes',
        consumes: PICTURES,
        params: OfEdge,
        response: { 200: z.object({ sha256: z.string() }) },
      },
    },
    async ({ params: { edge, sha256 }, body }) => {
      const { photo, bytes } = photoIn(body as Uint8Array);
      if (photo.sha256 !== sha256)
        throw new CloudError('PHOTO_REFUSED', 'the photograph is not the one that its hash says');
      await store.links.keepPhoto(edge, photo, bytes);
      return { sha256 };
    },
  );
}

/** A photograph without its metadata; throws PHOTO_REFUSED for what is none. */
function photoIn(bytes: Uint8Array): { readonly photo: Photo; readonly bytes: Uint8Array } {
  const cleaned = cleanPhoto(bytes);
  if (!cleaned.ok) throw new CloudError('PHOTO_REFUSED', cleaned.reason);
  const sha256 = createHash('sha256').update(cleaned.bytes).digest('hex');
  return { photo: { sha256, type: cleaned.type, bytes: cleaned.bytes.length }, bytes: cleaned.bytes };
}

type Sent = z.infer<typeof PhotoQuery> & { readonly responder: string; readonly picture: Uint8Array };

/** Sent again under its id it is the same photograph, and takes no more room. */
async function orderPhoto(
  ports: ApiPorts,
  incident: Incident,
  { commandId, responder, caption, heldMs, picture }: Sent,
  now: number,
): Promise<StoredCommand> {
  const { id, edge } = incident;
  const common = {
    commandId,
    incident: id,
    verb: 'note',
    responder,
    via: 'cloud',
    proof: 'declared',
    to: null,
  } as const;
  const before = (await ports.store.commands.ofIncident(id)).find((one) => one.commandId === commandId);
  const photo = before ? null : await keepForEdge(ports.store, incident, picture);
  const receivedAt = instantText(now);
  const saidAt = heldMs ? { saidAt: instantText(now - heldMs) } : {};
  const command = { ...common, note: caption ?? null, receivedAt, photo, ...saidAt };
  return placeOrder(ports, { edge, commandId, incident: id, item: { kind: 'command', command }, receivedAt: now });
}

/**
 * Keeps a photograph, without its metadata, for the edge to fetch; throws PHOTO_REFUSED for what is none, and
 * where its incident has as many as it keeps. Those on their way and those that were refused count too:
 * whoever sends them again and again fills no disk.
 */
export async function keepForEdge(store: Store, incident: Incident, picture: Uint8Array): Promise<Photo> {
  const { photo, bytes } = photoIn(picture);
  const orders = await store.commands.ofIncident(incident.id);
  const onTheWay = orders.filter(({ item, state }) => hasPhoto(item) && state !== 'done').length;
  if (photosOf(incident).length + onTheWay >= PHOTOS_EACH)
    throw new CloudError('PHOTO_REFUSED', `an incident keeps ${PHOTOS_EACH} photographs, and this one has them`);
  await store.links.keepPhoto(incident.edge, photo, bytes);
  return photo;
}

function hasPhoto(item: CommandItem): boolean {
  if (item.kind === 'command') return Boolean(item.command.photo);
  return item.kind === 'link' && item.order.photo !== undefined;
}

/** A photograph of this very incident; null: it has none of that hash, or the edge has not handed it in yet. */
export async function photoOf(store: Store, incident: Incident, sha256: string): Promise<KeptPhoto | null> {
  return photosOf(incident).some((photo) => photo.sha256 === sha256)
    ? await store.links.photo(incident.edge, sha256)
    : null;
}

/** The picture, and nothing that a browser could take for a page. */
export function answerPhoto(reply: FastifyReply, photo: KeptPhoto | null): FastifyReply {
  if (!photo) throw new CloudError('PHOTO_UNKNOWN', 'there is no such photograph, or the gateway still has it alone');
  return reply
    .headers({
      'content-type': photo.type,
      'content-disposition': 'inline; filename="photo"',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    .send(photo.bytes);
}
