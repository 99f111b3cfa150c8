import { describe, expect, test } from 'vitest';
import { aHouseWithSomebodyTrapped } from './house.ts';

describe('nobody is told twice without being told so', () => {
  // alertmanager #1005 #1550 #2222 #4008, uptime-kuma #4085
  test('a restart in the middle of the ladder pages nobody again', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('1:10');
    const { pages } = house;
    await house.crashed('1:15');
    await house.at('1:59');
    expect(house.pages).toBe(pages);
    await house.at('2:00');
    expect(house.toldAt('2:00')).toEqual(['li', 'sun', 'wang', 'zhao']);
  });

  // goalert #1599
  test('a page that was on its way when the gateway died goes again, and says that it may be the second', async () => {
    const house = await aHouseWithSomebodyTrapped({ channels: { sms: 'hangs' } });
    house.channels['sms'] = 'accepts';
    await house.crashed('0:05');
    expect(house.told('li')).toEqual(['0:00 dingtalk', '0:00 push', '0:00 sms', '0:05 sms again?']);
  });

  test('after a time-out nobody knows whether the first one came: the second says so', async () => {
    const house = await aHouseWithSomebodyTrapped({ channels: { sms: 'times out' } });
    house.channels['sms'] = 'accepts';
    await house.at('0:10');
    expect(house.told('li').filter((page) => page.includes('sms'))).toEqual(['0:00 sms', '0:05 sms again?']);
  });

  // nightingale #369, PrometheusAlert #395
  test('a lift that says the same a thousand times is one incident, and pages once', async () => {
    const house = await aHouseWithSomebodyTrapped();
    const { version } = house.incident;
    for (let n = 0; n < 1_000; n += 1) await house.trapped();
    expect(house.incidents).toHaveLength(1);
    expect(house.incident).toMatchObject({ occurrences: 1, version });
    expect(house.pages).toBe(4);
  });

  test('an order that is sent twice is carried out once, and answered alike', async () => {
    const house = await aHouseWithSomebodyTrapped();
    const first = await house.says('li', 'acknowledge', { commandId: 'from-the-cloud' });
    const { version } = house.incident;
    expect(await house.says('li', 'acknowledge', { commandId: 'from-the-cloud' })).toEqual(first);
    expect(house.incident.version).toBe(version);
  });
});

describe('nothing is missed', () => {
  // grafana oncall #1206, alertmanager #2370
  test('a step that fell due while the gateway was off is taken when it is back', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:50');
    await house.crashed('1:40');
    expect(house.toldAt('1:40')).toEqual(['li', 'zhao']);
  });

  test('off across several steps, only the highest pages, and the ladder goes on from there', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:50');
    await house.crashed('3:40');
    expect(house.toldAt('3:40')).toEqual(['client-desk', 'zhou']);
    await house.at('5:00');
    expect(house.toldAt('5:00')).toEqual(['qian']);
  });

  test('off across seven minutes, the promise was broken at 7:00 all the same', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:30');
    await house.crashed('25:00');
    expect(house.verdict('on_site')).toBe('breached 7:00');
    expect(house.verdict('acknowledge')).toBe('breached 2:00');
  });

  // uptime-kuma #6046 #7436
  test('a page that no channel took goes as soon as the channel is back', async () => {
    const house = await aHouseWithSomebodyTrapped({ channels: { sms: 'busy' } });
    await house.at('0:12');
    house.channels['sms'] = 'accepts';
    await house.at('0:30');
    expect(
      house
        .told('li')
        .filter((page) => page.includes('sms'))
        .at(-1),
    ).toBe('0:15 sms');
    expect(house.incident.pages.find(({ channel }) => channel === 'sms')?.state).toBe('accepted');
    await house.at('0:59');
    expect(house.told('li').at(-1)).toBe('0:15 sms');
  });

  // healthchecks #1205, goalert #2622
  test('a page that was accepted, delivered and seen stops nothing: only an answer does', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:30');
    expect(new Set(house.incident.pages.map(({ state }) => state))).toEqual(new Set(['accepted']));
    await house.at('1:00');
    expect(house.told('zhao')).toEqual(['1:00 voice']);
  });

  // grafana oncall #4846
  test('nobody on call holds up nobody: the next step is taken in the same second', async () => {
    const house = await aHouseWithSomebodyTrapped({ absent: ['first'] });
    expect(house.toldAt('0:00')).toEqual(['wang', 'zhao']);
    await house.at('2:00');
    expect(house.toldAt('2:00')).toEqual(['sun', 'wang', 'zhao']);
  });
});

describe('a restart makes no noise', () => {
  // alertmanager #4064 #2628 #2158, nightingale #2111
  test('a lift that still says so after a restart is the same incident', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.says('li', 'arrive');
    const { pages } = house;
    await house.crashed('0:30');
    await house.trapped();
    await house.at('9:00');
    expect(house.incidents).toHaveLength(1);
    expect(house.incident.response).toBe('on_site');
    expect(house.pages).toBe(pages);
  });

  // uptime-kuma #4101 #7148 #2846
  test('what is over stays over, however often the gateway restarts', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.says('li', 'resolve');
    await house.trapped('cleared');
    await house.at('11:00');
    expect(house.incident.response).toBe('closed');
    const { pages } = house;
    for (const back of ['11:10', '11:20', '11:30']) await house.crashed(back);
    await house.at('20:00');
    expect(house.pages).toBe(pages);
    expect(house.incidents).toHaveLength(1);
  });

  test('ten restarts in a minute page nobody more than none', async () => {
    const house = await aHouseWithSomebodyTrapped();
    for (let n = 1; n <= 9; n += 1) await house.crashed(`0:0${n}`);
    expect(house.pages).toBe(4);
    await house.at('1:00');
    expect(house.toldAt('1:00')).toEqual(['li', 'zhao']);
  });
});
