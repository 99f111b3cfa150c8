import { readdirSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { startEdgeProcess } from './testing/edge-process.ts';
import { waitLonger } from './testing/patience.ts';
import { createEdgeHome } from './testing/whole-edge.ts';

waitLonger();

test('what the threads of a gateway have compiled is kept before somebody can kill it', async () => {
  const home = createEdgeHome();
  const folder = home.file('compiled');
  const kept = () => readdirSync(folder, { recursive: true }).length;
  const first = await startEdgeProcess(home.folder, { NODE_COMPILE_CACHE: undefined });
  await vi.waitFor(() => expect(kept()).toBeGreaterThan(100));
  await first.kill('SIGKILL');
});
