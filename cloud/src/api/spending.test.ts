import type { ContractorOrder, IncidentChange, IncidentFact } from '@keepsite/edge-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, chain, contract, EDGE, fact, opened, registry, T0 } from '../testing/samples.ts';

const database = useTestDatabase();
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await startTestCloud(database.db, database.tenant());
  for (const id of ['acme', 'other'])
    await cloud.send('PUT', `/api/clients/${id}`, {
      id,
      name: { en: id, zh: id },
      kind: 'commercial',
      since: null,
      officer: null,
    });
  await cloud.send('PUT', '/api/clients/acme/contracts/c-1', contract());
});
afterEach(() => cloud.close());

const take = (facts: readonly IncidentFact[]) =>
  cloud.send('POST', `/api/edges/${EDGE}/batches`, batch({ registry: registry(), events: chain(facts) }));

describe('a month’s statement', () => {
  test('has a line for every spend, by the events alone, each opening to its incident and event', async () => {
    await take([
      fact('i-1', 0, opened(T0)),
      ...order('i-1', 60, '12000'),
      fact('i-1', 900, calledOff('i-1', '12000')),
      fact('i-2', 1000, opened(T0 + 1e6, { asset: 'lift-2', clients: ['acme', 'other'] })),
      ...order('i-2', 1060, '800.50', 'wang'),
    ]);
    const { body } = await cloud.get('/api/clients/acme/spending?period=2026-03');
    expect(body.totals).toEqual([
      { currency: 'CNY', withoutApproval: '12000.00', approved: '800.50', givenBack: '12000.00', total: '800.50' },
    ]);
    expect(body.lines.map(({ amount, incident, seq }: Record<string, unknown>) => [amount, incident, seq])).toEqual([
      ['12000.00', 'i-1', 3],
      ['-12000.00', 'i-1', 4],
      ['800.50', 'i-2', 7],
    ]);
    expect(body.lines[1]).toMatchObject({ kind: 'given_back', what: { en: 'Three pumps' } });
    const site = await cloud.get('/api/sites/site-1/spending?period=2026-03');
    expect(site.body.lines).toEqual(body.lines);
  });

  test('shows a client its own incidents only, and nothing of another tenant', async () => {
    await take([fact('i-1', 0, opened(T0)), ...order('i-1', 60, '12000')]);
    expect((await cloud.get('/api/clients/other/spending?period=2026-03')).body.lines).toEqual([]);
    const neighbour = await startTestCloud(database.db, database.tenant());
    await neighbour.send('PUT', '/api/clients/acme', {
      id: 'acme',
      name: { en: 'a', zh: 'a' },
      kind: 'commercial',
      since: null,
      officer: null,
    });
    expect((await neighbour.get('/api/clients/acme/spending?period=2026-03')).body.lines).toEqual([]);
    await neighbour.close();
    expect((await cloud.get('/api/clients/nobody/spending')).status).toBe(404);
    expect((await cloud.get('/api/sites/nowhere/spending')).status).toBe(404);
  });

  test('ends where the month ends in the client’s own zone', async () => {
    // 31 March 2026, 23:59:59 and 24:00 in Shanghai, which is 29 days and some hours after T0.
    const midnight = (Date.UTC(2026, 2, 31, 16) - T0) / 1000;
    await take([
      fact('i-1', midnight - 100, opened(T0 + (midnight - 100) * 1000)),
      ...order('i-1', midnight - 1, '1'),
      ...order('i-1', midnight, '2', null, 'o-2'),
    ]);
    const amounts = async (period: string) =>
      (await cloud.get(`/api/clients/acme/spending?period=${period}`)).body.lines.map(
        ({ amount }: { amount: string }) => amount,
      );
    expect([await amounts('2026-03'), await amounts('2026-04')]).toEqual([['1.00'], ['2.00']]);
  });

  test('comes as CSV for a spreadsheet', async () => {
    await take([fact('i-1', 0, opened(T0)), ...order('i-1', 60, '12000')]);
    const { body, headers } = await cloud.get('/api/clients/acme/spending.csv?period=2026-03');
    expect(headers['content-type']).toMatch(/^text\/csv/);
    expect(body.split('\r\n')[1]).toContain(
      'Three pumps,三台水泵,3,East Pumps,东区水泵,12000.00,CNY,,38000.00,site-1,lift-1',
    );
  });
});

const REPAIR = { id: 'report-0001', category: 'plumbing', urgency: 'urgent', channel: 'call', text: '漏水' } as const;

describe('repairs through the cloud', () => {
  const REPORT = { commandId: 'report-0001', asset: 'lift-1', category: 'plumbing', text: '漏水', urgency: 'urgent' };
  const reporter = { name: '吴女士', contact: '13800000000' };

  test('are handed to the edge without a name, and their reporter follows them by a link', async () => {
    await take([]);
    const sent = await cloud.send('POST', '/api/repairs', { ...REPORT, reporter });
    expect([sent.status, sent.body.state]).toEqual([202, 'pending']);
    const { items } = (await cloud.get(`/api/edges/${EDGE}/commands?after=0&wait=0`)).body;
    expect(items).toMatchObject([
      { kind: 'report', report: { fault: 'repair_plumbing', repair: { id: 'report-0001' } } },
    ]);
    expect(JSON.stringify(items)).not.toMatch(/吴女士|13800000000/);
    const link = `/api/repairs/progress/${sent.body.progress}`;
    expect((await cloud.get(link)).status).toBe(404);
    await take([fact('i-1', 5, opened(T0, { fault: 'repair_plumbing', repair: items[0].report.repair }))]);
    const seen = await cloud.get(link);
    expect(seen.body).toMatchObject({
      text: '漏水',
      place: { zh: '塔楼 · 北区' },
      stages: [{ stage: 'received' }, {}, {}, {}, {}],
    });
    expect(JSON.stringify(seen.body)).not.toMatch(/吴女士|acme|i-1/);
    expect((await cloud.get(`${link}x`)).status).toBe(404);
    expect((await cloud.get('/api/repairs/i-1/reporters')).body.items).toEqual([
      { report: 'report-0001', ...reporter },
    ]);
  });

  test('of those that were reported at the gateway the cloud knows whom to call back', async () => {
    const told = { report: 'report-0009', asset: 'lift-1', ...reporter };
    const body = { ...batch({ registry: registry() }), reporters: [told, { report: 'broken' }] };
    expect((await cloud.send('POST', `/api/edges/${EDGE}/batches`, body)).status).toBe(200);
    const repair = {
      id: 'report-0009',
      category: 'plumbing',
      urgency: 'urgent',
      channel: 'call',
      text: '漏水',
      photos: [],
    } as const;
    await take([fact('i-9', 5, opened(T0, { fault: 'repair_plumbing', repair: { ...repair, photos: [] } }))]);
    expect((await cloud.get('/api/repairs/i-9/reporters')).body.items).toEqual([
      { report: 'report-0009', ...reporter },
    ]);
  });

  test('of those who are erased nothing is left here, nor brought back, and their edge erases its own', async () => {
    await take([]);
    const sent = await cloud.send('POST', '/api/repairs', { ...REPORT, reporter });
    const { items } = (await cloud.get(`/api/edges/${EDGE}/commands?after=0&wait=0`)).body;
    await take([fact('i-1', 5, opened(T0, { fault: 'repair_plumbing', repair: items[0].report.repair }))]);
    const erase = () => cloud.send('DELETE', '/api/repairs/i-1/reporters', {});
    expect((await erase()).body).toEqual({ incident: 'i-1', erased: 1 });
    expect((await erase()).body.erased).toBe(0);
    await cloud.send('POST', '/api/repairs', { ...REPORT, reporter });
    const told = { report: 'report-0001', asset: 'lift-1', ...reporter };
    await cloud.send('POST', `/api/edges/${EDGE}/batches`, { ...batch({}), reporters: [told] });
    expect((await cloud.get('/api/repairs/i-1/reporters')).body.items).toEqual([]);
    const orders = (await cloud.get(`/api/edges/${EDGE}/commands?after=1&wait=0`)).body.items;
    expect(orders[0]).toMatchObject({ kind: 'erase-reporters', incident: 'i-1' });
    expect((await cloud.get(`/api/repairs/progress/${sent.body.progress}`)).status).toBe(200);
    expect((await cloud.send('DELETE', '/api/repairs/i-9/reporters', {})).status).toBe(404);
  });

  test('all who reported one incident are erased, and nobody who reported another', async () => {
    const { repairs } = cloud.ports.store;
    const all = ['report-0001', 'report-0002', 'report-0003'];
    for (const id of all) await repairs.take(id, 'lift-1', reporter);
    const repairOf = (id: string) => ({ ...REPAIR, id, photos: [] });
    const fault = 'repair_plumbing';
    await take([
      fact('i-1', 0, opened(T0, { fault, repair: repairOf('report-0001') })),
      fact('i-1', 5, { kind: 'reported_again', repair: repairOf('report-0002') }),
      fact('i-2', 10, opened(T0 + 10_000, { fault, repair: repairOf('report-0003') })),
    ]);
    expect((await cloud.send('DELETE', '/api/repairs/i-1/reporters', {})).body).toEqual({ incident: 'i-1', erased: 2 });
    const left = await Promise.all(all.map((id) => repairs.reporter(id)));
    expect(left.map((it) => it?.name)).toEqual(['', '', reporter.name]);
  });

  test('whom their gateway has erased are erased here, whichever of both comes first', async () => {
    const told = { report: 'report-0009', asset: 'lift-1', ...reporter };
    const erased = {
      report: 'report-0009',
      asset: 'lift-1',
      name: '',
      contact: '',
      erasedAt: '2026-03-02T08:00:00.000Z',
    };
    const tell = (reporters: readonly object[]) =>
      cloud.send('POST', `/api/edges/${EDGE}/batches`, { ...batch({ registry: registry() }), reporters });
    await tell([told]);
    expect(await cloud.ports.store.repairs.reporter('report-0009')).toEqual(reporter);
    await tell([erased]);
    expect(await cloud.ports.store.repairs.reporter('report-0009')).toEqual({ name: '', contact: '' });
    await tell([{ ...erased, report: 'report-0010' }]);
    await tell([{ ...told, report: 'report-0010' }]);
    expect(await cloud.ports.store.repairs.reporter('report-0010')).toEqual({ name: '', contact: '' });
  });

  test('a reporter’s time is over once the repair is closed that long and nobody is still to be asked about it', async () => {
    const { repairs } = cloud.ports.store;
    const repairOf = (id: string) => ({ ...REPAIR, id, photos: [] });
    for (const id of ['report-0001', 'report-0002', 'report-0003', 'report-0004'])
      await repairs.take(id, 'lift-1', reporter);
    const raised = (id: string) => opened(T0, { fault: 'repair_plumbing', repair: repairOf(id) });
    await take([
      fact('i-1', 0, raised('report-0001')),
      fact('i-1', 60, { kind: 'resolved', responder: 'li', note: null }),
      fact('i-1', 70, { kind: 'closed', reason: null }),
      fact('i-2', 80, raised('report-0002')),
      fact('i-2', 90, { kind: 'cancelled', reason: 'twice' }),
      fact('i-3', 100, raised('report-0003')),
    ]);
    const DAY = 86_400_000;
    const left = async () => {
      const all = ['report-0001', 'report-0002', 'report-0003', 'report-0004'];
      const kept = await Promise.all(all.map((id) => repairs.reporter(id)));
      return all.filter((_, at) => kept[at]?.name !== '');
    };
    expect(await repairs.eraseOverdue(T0 + 80_000, T0 + DAY), 'cancelled later than that').toBe(0);
    // Closed, but its client is still to be asked; cancelled; open; and one that never became an incident, a moment ago.
    expect(await repairs.eraseOverdue(T0 + DAY, T0 + DAY)).toBe(1);
    expect(await left()).toEqual(['report-0001', 'report-0003', 'report-0004']);
    const [task] = (await cloud.get('/api/follow-ups?state=open')).body.items;
    await cloud.send('POST', `/api/follow-ups/${task.id}/attempts`, {
      by: 'chen',
      outcome: 'satisfied',
      score: 5,
    });
    expect(await repairs.eraseOverdue(T0 + DAY, T0 + DAY)).toBe(1);
    expect(await left()).toEqual(['report-0003', 'report-0004']);
    expect(await repairs.eraseOverdue(Date.now() + DAY, Date.now() + DAY)).toBe(1);
    expect(await left()).toEqual(['report-0003']);
  });

  test('sent twice they are one, with one link', async () => {
    await take([]);
    const [one, two] = [
      await cloud.send('POST', '/api/repairs', REPORT),
      await cloud.send('POST', '/api/repairs', REPORT),
    ];
    expect(two.body.progress).toBe(one.body.progress);
    expect((await cloud.get(`/api/edges/${EDGE}/commands?after=0&wait=0`)).body.items).toHaveLength(1);
    expect(
      (await cloud.send('POST', '/api/repairs', { ...REPORT, commandId: 'report-0002', asset: 'lift-99' })).status,
    ).toBe(404);
  });

  test('where people sign in, the reporter’s link is the only thing that opens without a token', async () => {
    const locked = await startTestCloud(database.db, database.tenant(), {
      demo: false,
      tokens: { api: 'secret', edge: null },
    });
    expect((await locked.get('/api/repairs/progress/x.y')).status).toBe(404);
    expect((await locked.get('/api/repairs/i-1/reporters')).status).toBe(401);
    await locked.close();
  });

  test('where people sign in, people erase reporters: no gateway, no stranger, no page of another origin', async () => {
    const locked = await startTestCloud(database.db, database.tenant(), {
      demo: false,
      tokens: { api: 'people-people-people', edge: 'edges-edges-edges' },
    });
    const shown = (token: string) => ({ authorization: `Bearer ${token}` });
    const people = shown('people-people-people');
    const { repairs } = locked.ports.store;
    await repairs.take(REPAIR.id, 'lift-1', reporter);
    const raised = opened(T0, { fault: 'repair_plumbing', repair: { ...REPAIR, photos: [] } });
    const told = batch({ registry: registry(), events: chain([fact('i-1', 0, raised)]) });
    await locked.send('POST', `/api/edges/${EDGE}/batches`, told, shown('edges-edges-edges'));
    const erase = async (headers: Record<string, string>) =>
      (await locked.send('DELETE', '/api/repairs/i-1/reporters', {}, headers)).status;
    expect([await erase({}), await erase(shown('guessed'))]).toEqual([401, 401]);
    expect(await erase(shown('edges-edges-edges'))).toBe(403);
    expect(await erase({ ...people, origin: 'https://elsewhere.example' })).toBe(403);
    expect(await repairs.reporter(REPAIR.id)).toEqual(reporter);
    expect(await erase(people)).toBe(200);
    expect(await repairs.reporter(REPAIR.id)).toEqual({ name: '', contact: '' });
    await locked.close();
  });

  test('a client’s month tells how many were answered in time and mended the first time', async () => {
    const repair = {
      id: 'report-0001',
      category: 'plumbing',
      urgency: 'urgent',
      channel: 'call',
      text: 'drips',
      photos: [],
    } as const;
    await take([
      fact('i-1', 0, opened(T0, { fault: 'repair_plumbing', repair: { ...repair, photos: [] } })),
      fact('i-1', 60, {
        kind: 'clock',
        term: 'acknowledge',
        verdict: 'met',
        metAt: '2026-03-02T08:01:00.000Z',
        proof: 'declared',
      }),
      fact('i-1', 600, { kind: 'resolved', responder: 'li', note: null, fixed: true }),
    ]);
    cloud.time.now = T0 + 20 * 86_400_000;
    const { body } = await cloud.get('/api/clients/acme/repairs?period=2026-03');
    expect(body).toMatchObject({ reported: 1, inTime: { met: 1, attainment: 1 }, firstTimeFix: { yes: 1, rate: 1 } });
  });
});

const GOODS = {
  contractor: 'pumps-east',
  contractorName: { en: 'East Pumps', zh: '东区水泵' },
  what: { en: 'Three pumps', zh: '三台水泵' },
  quantity: 3,
  currency: 'CNY',
} satisfies Partial<ContractorOrder>;

function order(
  incident: string,
  seconds: number,
  cost: string,
  approvedBy: string | null = null,
  name = 'o-1',
): IncidentFact[] {
  const id = `${incident}.${name}`;
  const goods = { ...GOODS, id, step: 1, by: null, withinMinutes: 30, cost };
  const money = { cost, purse: approvedBy === null ? incident : null, remaining: '38000.00', approvedBy };
  return [
    fact(incident, seconds, { kind: 'ordered', order: goods }),
    fact(incident, seconds, { kind: 'spent', order: id, ...GOODS, ...money, dueAt: '2026-03-02T08:30:00.000Z' }),
  ];
}

function calledOff(incident: string, cost: string): IncidentChange {
  const why = { responder: 'wang', reason: 'dry', currency: 'CNY', purse: incident };
  return { kind: 'order_called_off', order: `${incident}.o-1`, cost, ...why };
}
