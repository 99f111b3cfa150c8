import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, 'dashboards/dist/index.html');
const sources = [
  'dashboards/src',
  'dashboards/index.html',
  'dashboards/public',
  'dashboards/vite.config.ts',
  'dashboards/package.json',
  'edge/contract/src',
  'cloud/contract/src',
];

/** Builds the web app when a source is newer than the build. Resolves to whether it had to. */
export async function buildWebApp(): Promise<boolean> {
  const newest = Math.max(...sources.map((source) => newestIn(join(root, source))));
  if (newest <= changedAt(built)) return false;
  await build();
  return true;
}

function newestIn(path: string): number {
  const at = changedAt(path);
  if (at === 0 || !statSync(path).isDirectory()) return at;
  const inside = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return Math.max(at, ...inside.map((name) => changedAt(join(path, name))));
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Vite runs on this very Node, whatever the shell's PATH finds first, and builds what people get, whoever asks. */
function build(): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const env = { ...process.env, NODE_ENV: 'production' };
  const options = { cwd: join(root, 'dashboards'), env, stdio: ['ignore', 'inherit', 'inherit'] as const };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'error'], {
      ...options,
      stdio: [...options.stdio],
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the web app was not built: vite ended with ${code}`)),
    );
  });
}
