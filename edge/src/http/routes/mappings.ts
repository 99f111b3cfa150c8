import {
  MappingBody,
  MappingList,
  MappingName,
  MappingPreview,
  MappingPreviewBody,
  RemovedMapping,
  SavedMapping,
} from '@keepsite/edge-contract';
import { z } from 'zod';
import type { Api, HttpParts } from '../api.ts';
import { HttpError } from '../errors.ts';

/** A mapping of 64 KiB may grow when it is written as JSON; a preview may bring messages along. */
const BODY_BYTES = 1024 * 1024;

/** Installers' own dialects: list, try, save, remove. */
export function mappingRoutes(api: Api, { installer }: Pick<HttpParts, 'installer'>): void {
  api.get(
    '/api/mappings',
    {
      config: { action: 'mapping.read' },
      schema: { summary: 'Mapping files, and what is wrong with them', response: { 200: MappingList } },
    },
    () => ({ items: installer.mappings().toSorted((a, b) => (a.name < b.name ? -1 : 1)), next: null }),
  );

  api.put(
    '/api/mappings/:name',
    {
      config: { action: 'mapping.write' },
      bodyLimit: BODY_BYTES,
      schema: {
        summary: 'Save a mapping; it takes effect at once',
        params: z.object({ name: MappingName }),
        body: MappingBody,
        response: { 200: SavedMapping },
      },
    },
    async ({ params, body }) => {
      const result = await installer.saveMapping(params.name, body.yaml);
      if (result.ok) return result.saved;
      const [first] = result.errors;
      const place = first ? `: line ${first.line}: ${first.key === '' ? '' : `${first.key}: `}${first.message}` : '';
      throw new HttpError('MAPPING_INVALID', `the mapping cannot be used${place}`, result.errors);
    },
  );

  api.delete(
    '/api/mappings/:name',
    {
      config: { action: 'mapping.write' },
      schema: {
        summary: 'Remove a mapping that no device is read by',
        params: z.object({ name: MappingName }),
        response: { 200: RemovedMapping },
      },
    },
    ({ params }) => installer.removeMapping(params.name),
  );

  api.post(
    '/api/mappings/preview',
    {
      config: { action: 'mapping.write' },
      bodyLimit: BODY_BYTES,
      schema: {
        summary: 'What a mapping makes of kept messages, or of those given; writes nothing',
        body: MappingPreviewBody,
        response: { 200: MappingPreview },
      },
    },
    ({ body }) => installer.preview(body),
  );
}
