import { expect, test } from 'vitest';
import { parseRegistry } from './registry.ts';

const WHOLE = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets: [{ id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3 号梯 } }]
devices:
  - { id: m, family: houqi, asset: lift-3, to: 2026-03-01 }
  - { id: m, family: houqi, asset: lift-3, from: 2026-03-01 }
people: [{ id: li, name: Li Na, addresses: [{ channel: mqtt, to: li }] }]
crews: [{ id: crew, name: { en: Crew, zh: 班组 }, members: [li] }]
plans: [{ id: p, version: 1, terms: { on_site: 420 }, steps: [{ afterSeconds: 0, page: [crew, li] }] }]
`;

test('a registry that hangs together is read, a device may move from one day to the next', () => {
  expect(parseRegistry(WHOLE, 'registry.yaml')).toMatchObject({ ok: true, registry: { version: 1 } });
});

test('every name that leads nowhere, id that stands twice and zone that no clock knows is told at once', () => {
  const broken = WHOLE.replace('site: park', 'site: nowhere')
    .replace('Asia/Shanghai', 'Asia/Atlantis')
    .replaceAll('asset: lift-3', 'asset: lift-4')
    .replace('members: [li]', 'members: [wang]')
    .replace('[crew, li]', '[crew, nobody]')
    .replace('people: [', 'people: [{ id: li, name: Twin }, ');
  const read = parseRegistry(broken, 'registry.yaml');
  expect(read.ok ? [] : read.faults).toEqual([
    'registry.yaml: site park: Asia/Atlantis is no time zone',
    'registry.yaml: zone tower names nowhere, which is not in this registry',
    'registry.yaml: device m names lift-4, which is not in this registry',
    'registry.yaml: device m names lift-4, which is not in this registry',
    'registry.yaml: people.li: this id stands twice',
    'registry.yaml: crews.crew: wang is nobody that is known here',
    'registry.yaml: plans.p.steps.1: nobody is no roster, crew or person that is known here',
  ]);
});

test.each([
  ['an empty step', 'page: [crew, li]', 'page: []', 'the step is empty'],
  ['a step that reaches nobody', 'channel: mqtt, to: li', 'channel: sms, to: li', 'the step reaches nobody: Li Na'],
])('a plan with %s is refused with the reason', (_name, from, to, sentence) => {
  const plan = 'steps: [{ afterSeconds: 0, page: [crew, li]';
  const text = WHOLE.replace(plan, `${plan}, channels: [mqtt]`).replace(from, to);
  const read = parseRegistry(text, 'registry.yaml');
  expect(read.ok ? '' : read.faults.join()).toMatch(new RegExp(`^registry.yaml: plans.p.steps.1: ${sentence}`));
});

test('what is no registry is told with its place', () => {
  expect(parseRegistry('version: one', 'r.yaml')).toMatchObject({
    ok: false,
    faults: expect.arrayContaining([expect.stringContaining('r.yaml: version: ')]),
  });
});

test.each([
  ['a list that nobody closed', 'version: 1\nsites: [', /^r\.yaml: .*\(2:9\)$/],
  ['a key that stands twice', 'version: 1\nversion: 1', /^r\.yaml: duplicated mapping key \(2:1\)$/],
  ['a second document', 'version: 1\n---\nversion: 1', /^r\.yaml: there is more than one document in it$/],
  ['more aliases than anybody writes', `version: &v 1\nsites: [${'*v,'.repeat(101)}]`, /^r\.yaml: .*alias/],
])('%s is told in a sentence with its place', (_what, text, sentence) => {
  const read = parseRegistry(text, 'r.yaml');
  expect(read.ok ? [] : read.faults).toEqual([expect.stringMatching(sentence)]);
});

test('what was adopted may be a file with nothing but a comment', () => {
  const adopted = { name: 'adopted.yaml', text: '# nothing yet\n' };
  expect(parseRegistry(WHOLE, 'registry.yaml', adopted)).toMatchObject({ ok: true });
});

test('words are what YAML 1.2 says they are: a version with underscores is a text, a date is a text', () => {
  const text = WHOLE.replace('name: Li Na', 'name: 1_000').replace('to: li }', 'to: 2026-03-01 }');
  const read = parseRegistry(text, 'registry.yaml');
  expect(read.ok && read.registry.people).toMatchObject([{ name: '1_000', addresses: [{ to: '2026-03-01' }] }]);
});
