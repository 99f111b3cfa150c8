import { HeldMs, instantText, PHOTO_TYPES, type Photo } from '@keepsite/edge-contract';
import { CommandAnswer } from '@keepsite/cloud-contract';
import { PHOTO_BYTES } from '@keepsite/edge-evidence';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { commandOf } from '../../acting/command.ts';
import type { Api, HttpParts } from '../api.ts';
import { actorOf, decided, known } from '../deeds.ts';
import { HttpError } from '../errors.ts';

export const PICTURES = [...PHOTO_TYPES];
export const Hash = { sha256: z.string().regex(/^[0-9a-f]{64}$/) };
/** What is said of a photograph whose bytes are the body. */
export const PhotoQuery = z.object({
  commandId: z.string().min(8).max(100),
  responder: z.string().min(1).max(200).optional().describe('absent: whoever is signed in'),
  caption: z.string().max(4_000).optional(),
  heldMs: z.coerce
    .number()
    .pipe(HeldMs)
    .optional()
    .describe('how long the sender had to keep it for want of a line, ms'),
});

const Params = z.object({ id: z.string().min(1).max(200) });

/** Photographs of an incident: kept without where they were taken, under the hash that stands in the evidence. */
export function photoRoutes(
  api: Api,
  { acting, store, clock, access }: Pick<HttpParts, 'acting' | 'store' | 'clock' | 'access'>,
): void {
  api.addContentTypeParser(PICTURES, { parseAs: 'buffer', bodyLimit: PHOTO_BYTES }, (_, body, done) =>
    done(null, body),
  );

  api.post(
    '/api/incidents/:id/photos',
    {
      config: { action: 'incident.note' },
      bodyLimit: PHOTO_BYTES,
      schema: {
        summary: 'Keep a photograph, as its bytes: JPEG, PNG or WebP',
        consumes: PICTURES,
        params: Params,
        querystring: PhotoQuery,
        response: { 200: CommandAnswer },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { commandId, caption: note, heldMs, responder: named } = request.query;
      const receivedAt = instantText(clock.now());
      const incident = known(store, id);
      const responder = actorOf(request, named, access, { incident: id, verb: 'photo' });
      const order = { responder, incident: id, verb: 'note', receivedAt, via: 'edge' } as const;
      const command = commandOf({ commandId, note, heldMs }, order, clock);
      return decided(await acting.photos.add(incident, command, request.body as Uint8Array));
    },
  );

  api.get(
    '/api/incidents/:id/photos/:sha256',
    { config: { action: 'facility.read' }, schema: { summary: 'One of its photographs', params: Params.extend(Hash) } },
    ({ params }, reply) => answerPhoto(reply, acting.photos.read(known(store, params.id), params.sha256)),
  );
}

/** The picture, and nothing that a browser could take for a page. */
export function answerPhoto(
  reply: FastifyReply,
  found: { readonly photo: Photo; readonly bytes: Uint8Array } | null,
): FastifyReply {
  if (!found) throw new HttpError('PHOTO_UNKNOWN', 'this incident has no such photograph');
  return reply
    .headers({
      'content-type': found.photo.type,
      'content-disposition': 'inline; filename="photo"',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, max-age=31536000, immutable',
    })
    .send(found.bytes);
}
