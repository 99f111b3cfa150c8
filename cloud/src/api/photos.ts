import { PHOTO_TYPES, photosOf, type Incident, type Photo } from '@keepsite/edge-contract';
import { cleanPhoto, PHOTO_BYTES, PHOTOS_EACH } from '@keepsite/edge-evidence';
import type { FastifyReply } from 'fastify';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CloudError, notFound } from '../errors.ts';
import type { Store } from '../ports.ts';
import type { KeptPhoto } from '../ports/links.ts';
import type { Api, ApiPorts } from './context.ts';

/** What is taken as a photograph's bytes. */
export const PICTURES = [...PHOTO_TYPES];
export const Hash = { sha256: z.string().regex(/^[0-9a-f]{64}$/) };
const OfEdge = z.object({ edge: z.string().min(1).max(120), ...Hash });

/** Photographs of incidents: shown to whoever may see the incident, fetched and handed in by their edge. */
export function photoRoutes(api: Api, { store }: ApiPorts): void {
  api.addContentTypeParser(PICTURES, { parseAs: 'buffer', bodyLimit: PHOTO_BYTES }, (_, body, done) =>
    done(null, body),
  );

  api.get(
    '/api/incidents/:id/photos/:sha256',
    { schema: { summary: 'One of its photographs', params: z.object({ id: z.string().min(1).max(200), ...Hash }) } },
    async ({ params: { id, sha256 } }, reply) => {
      const incident = (await store.incidents.get(id)) ?? notFound(`incident ${id}`);
      return answerPhoto(reply, await photoOf(store, incident, sha256));
    },
  );

  api.get(
    '/api/edges/:edge/photos/:sha256',
    { schema: { summary: 'A photograph that an order by a signed link brought, for its edge', params: OfEdge } },
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
export function photoIn(bytes: Uint8Array): { readonly photo: Photo; readonly bytes: Uint8Array } {
  const cleaned = cleanPhoto(bytes);
  if (!cleaned.ok) throw new CloudError('PHOTO_REFUSED', cleaned.reason);
  const sha256 = createHash('sha256').update(cleaned.bytes).digest('hex');
  return { photo: { sha256, type: cleaned.type, bytes: cleaned.bytes.length }, bytes: cleaned.bytes };
}

/** Throws where an incident would get more photographs than it keeps; `onTheWay` has not become evidence. */
export function assertRoom(incident: Incident, onTheWay: number): void {
  if (photosOf(incident).length + onTheWay < PHOTOS_EACH) return;
  throw new CloudError('PHOTO_REFUSED', `an incident keeps ${PHOTOS_EACH} photographs, and this one has them`);
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
