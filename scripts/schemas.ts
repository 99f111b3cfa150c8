// Writes the JSON Schemas of the words that travel: `node scripts/schemas.ts`.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as cloud from '@keepsite/cloud-contract';
import * as edge from '@keepsite/edge-contract';
import { z } from 'zod';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Every committed schema: its file, and what it must say. */
export const SCHEMAS: Readonly<Record<string, string>> = {
  'edge/contract/schema/batch.json': schema(edge.Batch),
  'edge/contract/schema/batch-result.json': schema(edge.BatchResult),
  'edge/contract/schema/incident.json': schema(edge.Incident),
  'edge/contract/schema/incident-event.json': schema(edge.IncidentEvent),
  'edge/contract/schema/registry.json': schema(edge.Registry),
  'edge/contract/schema/heartbeat.json': schema(edge.Heartbeat),
  'cloud/contract/schema/command-list.json': schema(cloud.CommandList),
  'cloud/contract/schema/contract.json': schema(cloud.Contract),
  'cloud/contract/schema/sla-report.json': schema(cloud.SlaReport),
  'cloud/contract/schema/retention-report.json': schema(cloud.RetentionReport),
  'cloud/contract/schema/energy-report.json': schema(cloud.EnergyReport),
};

function schema(type: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(type, { io: 'input' }), null, 2)}\n`;
}

if (import.meta.main) for (const [file, text] of Object.entries(SCHEMAS)) writeFileSync(join(root, file), text);
