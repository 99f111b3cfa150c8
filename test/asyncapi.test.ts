import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const description = parse(readFileSync(join(root, 'docs/asyncapi.yaml'), 'utf8')) as Record<string, unknown>;
const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.1.0-without-$id.json') as object;

test('the description of the MQTT topics is valid AsyncAPI 3.1', () => {
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(specification);
  expect(validate(description) ? [] : validate.errors).toEqual([]);
});

test('a description without its version is not', () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(specification);
  expect(validate({ ...description, asyncapi: undefined })).toBe(false);
});

test('every topic of the house is described', () => {
  const addresses = Object.values(description['channels'] as Record<string, { address: string }>).map(
    ({ address }) => address,
  );
  for (const topic of [
    'devices/{device}/reading',
    'devices/{device}/fault',
    'devices/{device}/availability',
    'incidents/{incident}',
    'incidents/{incident}/commands',
    'incidents/{incident}/answers/{command}',
    'pages/{person}',
    'incidents',
    'bridge/state',
    'maintenance',
  ]) {
    expect(addresses).toContain(`keepsite/{site}/${topic}`);
  }
});
