import { describe, expect, test } from 'vitest';
import { parseRegistry } from '../registry.ts';
import { withAdditions } from './adopted-file.ts';

const device = (id: string, asset: string, more = {}) => ({ id, family: 'tasmota', asset, ...more });
const name = { en: 'Sump', zh: '集水井' };

describe('the file of what was adopted', () => {
  test('begins with a word to whoever opens it, and has a line an entry', () => {
    const asset = { id: 'east', zone: 'tower', kind: 'sump' as const, name, traits: {} };
    expect(
      withAdditions(null, { asset, device: [device('d-1', 'east')] })
        .split('\n')
        .slice(4),
    ).toEqual([
      'assets:',
      '  - { id: east, zone: tower, kind: sump, name: { en: Sump, zh: 集水井 }, traits: {} }',
      'devices:',
      '  - { id: d-1, family: tasmota, asset: east }',
      '',
    ]);
  });

  test('keeps the comments, the order and whatever else a person has written', () => {
    const text = [
      '# ours',
      'devices: # by hand',
      '  # the old one',
      '  - id: d-1',
      '    family: tasmota # a plug',
      '    asset: a',
      '  # the one in the rack',
      '  - { id: d-2, family: tasmota, asset: b }',
      'assets: []',
      '',
    ].join('\n');
    const moved = [device('d-2', 'b', { to: '2026-03-02' }), device('d-2', 'c', { from: '2026-03-02' })];
    const after = withAdditions(withAdditions(text, { device: moved }), { device: [device('d-3', 'c')] });
    expect(after.split('\n')).toEqual([
      '# ours',
      'devices:',
      '  # by hand',
      '  # the old one',
      '  - id: d-1',
      '    family: tasmota # a plug',
      '    asset: a',
      '  # the one in the rack',
      '  - { id: d-2, family: tasmota, asset: b, to: 2026-03-02 }',
      '  - { id: d-2, family: tasmota, asset: c, from: 2026-03-02 }',
      '  - { id: d-3, family: tasmota, asset: c }',
      'assets: []',
      '',
    ]);
  });

  test('is read beside the registry: places of the registry stand, devices are bound as this file says', () => {
    const registry = `
version: 1
sites: [{ id: park, name: { en: P, zh: P }, zone: Asia/Shanghai, kind: other }]
zones: [{ id: tower, site: park, name: { en: T, zh: T } }]
assets: [{ id: a, zone: tower, kind: sump, name: { en: Mine, zh: Mine } }, { id: b, zone: tower, kind: sump, name: { en: B, zh: B } }]
devices: [{ id: d-1, family: tasmota, asset: a }, { id: d-2, family: tasmota, asset: a }]
`;
    const text = withAdditions('assets: [{ id: a, zone: tower, kind: sump, name: { en: Theirs, zh: T } }]', {
      device: [device('d-1', 'b')],
    });
    const parsed = parseRegistry(registry, 'registry.yaml', { name: 'adopted.yaml', text });
    if (!parsed.ok) throw new Error(parsed.faults.join());
    expect(parsed.registry.assets.map((asset) => asset.name.en)).toEqual(['Mine', 'B']);
    expect(parsed.registry.devices.map(({ id, asset }) => [id, asset])).toEqual([
      ['d-2', 'a'],
      ['d-1', 'b'],
    ]);
    const broken = parseRegistry('version: 0', 'registry.yaml', { name: 'adopted.yaml', text: 'devices: 7' });
    expect(broken).toMatchObject({
      ok: false,
      faults: expect.arrayContaining([
        expect.stringMatching(/^registry\.yaml: version/),
        expect.stringMatching(/^adopted\.yaml: devices/),
      ]),
    });
  });
});
