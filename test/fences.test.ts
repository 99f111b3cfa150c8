// A fence that sees nothing passes. So each fence gets one forbidden thing planted before it, in a
// copy of the tree's shape, and must see it.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (tool: string) => join(root, 'node_modules/.bin', tool);

/** Rooms of the edge with a fence of another kind, or that may know everything. */
const OTHERWISE = ['adapters', 'cli', 'devices', 'domain', 'scenarios', 'testing'];
/** A room that is new is behind the fence, too. */
const STORY = readdirSync(join(root, 'edge/src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !OTHERWISE.includes(entry.name))
  .map(
    ({ name }) => [`edge/src/${name}/planted.ts`, "import '../adapters/durable-file.ts';", 'never adapters'] as const,
  );

/** Where it is planted, what, and a word of the complaint. */
const FORBIDDEN: readonly (readonly [string, string, string])[] = [
  ['edge/contract/src/plant.ts', "import 'node:fs';", 'pure package'],
  ['edge/evidence/src/plant.ts', "import 'pino';", 'pure package'],
  ['edge/energy/src/plant.ts', 'export const now = Date.now();', 'Time is an argument'],
  ['edge/response/src/plant.ts', 'export const now = Temporal.Now.instant();', 'Time is an argument'],
  ['edge/response/src/plant-2.ts', "import 'yaml';", 'pure package'],
  ['cloud/contract/src/plant.ts', "import 'fastify';", 'pure package'],
  ['edge/src/domain/plant.ts', "import '../ports.ts';", 'no port'],
  ['edge/src/domain/plant-2.ts', "import '../adapters/sqlite-store.ts';", 'no port'],
  ['edge/src/domain/plant-3.ts', 'export const now = Temporal.Now.instant();', 'Time is an argument'],
  ['edge/src/domain/plant-4.ts', 'export const dice = Math.random();', 'Randomness'],
  ['edge/src/domain/plant-5.ts', "import 'node:timers';", 'no port'],
  ['edge/src/devices/tasmota/plant.ts', "import '../milesight/decode.ts';", 'not another family'],
  ['edge/src/devices/tasmota/plant-2.ts', "import '../../adapters/aedes-inbox.ts';", 'not another family'],
  ...STORY,
  ['edge/src/pipeline/plant-2.ts', "import '../responders.ts';", 'never adapters'],
  ['edge/src/outbox/plant.ts', 'export const home = process.env;', 'config.ts alone'],
  ['edge/src/adapters/plant.ts', "import '../pipeline.ts';", 'one driver'],
  ['cloud/src/domain/plant.ts', "import 'pg';", 'no port'],
  ['cloud/src/domain/plant-2.ts', "import '../adapters/postgres/index.ts';", 'no port'],
  ['cloud/src/ingest/plant.ts', "import '../adapters/postgres/index.ts';", 'never adapters'],
  ['cloud/src/adapters/plant.ts', "import '../api/routes.ts';", 'one driver'],
  ['cloud/src/plant.ts', "import '../../edge/src/pipeline.ts';", 'not its thoughts'],
  ['simulators/src/plant.ts', "import '../../edge/src/devices/index.ts';", 'must not hide itself'],
  ['simulators/src/plant-2.ts', "import '@keepsite/edge-evidence';", 'must not hide itself'],
  ['dashboards/src/plant.ts', "import '../../cloud/src/config.ts';", 'contracts only'],
  ['e2e/src/plant.ts', "import '../../edge/src/config.ts';", 'anybody outside'],
  [
    'edge/src/plant.ts',
    'export async function f(): Promise<void> {}\nexport function g(): void {\n  f();\n}',
    'must be awaited',
  ],
];

describe('lint', () => {
  const copy = mkdtempSync(join(tmpdir(), 'keepsite-fences-'));
  let complaints: { filename: string; message: string }[] = [];

  beforeAll(() => {
    copyFileSync(join(root, '.oxlintrc.json'), join(copy, '.oxlintrc.json'));
    copyFileSync(join(root, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'));
    copyFileSync(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const [file, source] of FORBIDDEN) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), `${source}\n`);
    }
    const run = spawnSync(bin('oxlint'), ['--type-aware', '--format=json', '.'], { cwd: copy, encoding: 'utf8' });
    complaints = (JSON.parse(run.stdout) as { diagnostics: typeof complaints }).diagnostics.map((found) => ({
      ...found,
      message: JSON.stringify(found),
    }));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test.each(FORBIDDEN)('%s may not say: %s', (file, _source, word) => {
    const said = complaints.filter(({ filename }) => filename === file).map(({ message }) => message);
    expect(said.join('\n')).toContain(word);
  });
});

describe('types', () => {
  const pure = [
    'edge/contract',
    'edge/evidence',
    'edge/energy',
    'edge/response',
    'cloud/contract',
    'edge/src/domain',
    'cloud/src/domain',
  ];
  const plants = [
    "import 'node:fs';",
    'process.exit();',
    'setTimeout(() => {}, 1);',
    "console.log('');",
    "void fetch('');",
  ];

  test.each(pure)('%s does not know the machine that it runs on', (room) => {
    const copy = mkdtempSync(join(tmpdir(), 'keepsite-types-'));
    try {
      plants.forEach((source, index) => writeFileSync(join(copy, `plant-${index}.ts`), `${source}\nexport {};\n`));
      const config = { extends: join(root, room, 'tsconfig.json'), include: ['*.ts'], exclude: [] };
      writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(config));
      const run = spawnSync(bin('tsc'), ['-p', copy], { cwd: copy, encoding: 'utf8' });
      plants.forEach((_source, index) => expect(run.stdout).toContain(`plant-${index}.ts`));
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});

describe('packages', () => {
  test.each([
    '@keepsite/edge/src/main.ts',
    '@keepsite/cloud/src/main.ts',
    '@keepsite/simulators/src/main.ts',
    '@keepsite/edge-contract/src/batch.ts',
  ])('%s cannot be imported from outside its room', (specifier) => {
    const run = spawnSync(process.execPath, ['-e', `await import(${JSON.stringify(specifier)})`], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(run.stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
