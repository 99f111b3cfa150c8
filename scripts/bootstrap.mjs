// Runs before `npm start` and `npm test`, on whatever Node the machine has (20 or newer), with
// nothing installed yet: installs what the lockfile names when it is not there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node;

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Keepsite needs Node 20 or newer to install itself; this is ${process.version}.`);
  process.exit(1);
}
if (!installed()) install();

/** True when node_modules is not older than the lockfile and holds the pinned Node. */
function installed() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden) || statSync(hidden).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs) return false;
  const version = spawnSync(join(root, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' });
  return version.stdout?.trim() === `v${wanted}`;
}

function install() {
  console.log('Installing what Keepsite needs (once; about a minute) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // A setting of the outer npm (a `--silent`, a workspace) must not reach this one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) =>
        !/^npm_(config_(loglevel|workspace|include_workspace_root|global|prefix)|lifecycle|package)/i.test(key),
    ),
  );
  const options = { cwd: root, stdio: 'inherit', env };
  const run = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (run.status !== 0) {
    console.error('The installation failed; what npm said stands above.');
    process.exit(1);
  }
}
