// `npm run check`: everything that must be true before a change lands, cheapest first.
// `npm run check -- --fix` formats and mends what can be mended.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const fix = process.argv.includes('--fix');
const quick = process.argv.includes('--quick');

// A pure room has a tsconfig of its own without Node's types: what it may not use does not exist there.
// So has the service worker, which knows no page.
const projects = globSync('{.,edge,cloud,dashboards}/{,contract/,evidence/,energy/,src/domain/,src/sw/}tsconfig.json', {
  cwd: root,
});

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['oxfmt', fix ? ['.'] : ['--check', '.']],
  ['oxlint', ['--type-aware', ...(fix ? ['--fix'] : [])]],
  ...projects.toSorted().map((project) => ['tsc', ['-p', project]] as const),
  ['knip', []],
  ...(quick ? [] : [['vitest', ['run']] as const]),
];

let failed = 0;
for (const [tool, args] of steps) {
  console.log(`— ${tool} ${args.join(' ')}`);
  const run = spawnSync(join(root, 'node_modules/.bin', tool), args, { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) failed += 1;
}
console.log(failed === 0 ? 'All is well.' : `${failed} of ${steps.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
