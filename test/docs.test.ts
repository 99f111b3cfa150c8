// A page that nobody can reach is not read, and a link that leads nowhere says that nobody looks.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = globSync('{*,docs/*,{edge,cloud,simulators,dashboards,e2e}/**/*}.md', {
  cwd: root,
  exclude: (path) => path.includes('node_modules'),
});

test.each(pages)('every link of %s leads somewhere', (page) => {
  const from = dirname(join(root, page));
  const lost = linksOf(page).filter((link) => !existsSync(join(from, link)));

  expect(lost).toEqual([]);
});

test('every page of the docs can be reached from their first one', () => {
  const reached = new Set(linksOf('docs/README.md').map((link) => join('docs', link)));
  const missing = pages.filter((page) => dirname(page) === 'docs' && page !== 'docs/README.md' && !reached.has(page));

  expect(missing).toEqual([]);
  expect(linksOf('README.md')).toContain('docs/README.md');
});

/** Links to files of the house, without the place within them. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link) && !link.startsWith('#'))
    .map((link) => link.replace(/#.*$/, ''));
}
