import { describe, expect, test } from 'vitest';
import { aHouse, aHouseWithSomebodyTrapped } from './house.ts';

describe('an acknowledgement means what it says', () => {
  // grafana oncall #3161
  test('who acknowledges after it was resolved opens nothing again', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.says('li', 'resolve');
    const late = await house.says('zhao', 'acknowledge');
    expect(late).toMatchObject({ state: 'refused' });
    expect(house.incident).toMatchObject({ response: 'resolved', responder: 'li' });
    await house.at('9:00');
    expect(house.told('zhao')).toEqual([]);
  });

  // grafana oncall #3111
  test('who is on site is paged no more, not even two months later', async () => {
    const house = await aHouseWithSomebodyTrapped({ repeatEverySeconds: 60 });
    await house.says('li', 'arrive');
    const { pages } = house;
    await house.days(60);
    expect(house.pages).toBe(pages);
    expect(house.incident.response).toBe('on_site');
  });

  // grafana oncall #4654 #4761
  test('who has answered on one channel is left alone on the others', async () => {
    const house = await aHouseWithSomebodyTrapped({ channels: { sms: 'busy', push: 'busy' } });
    await house.at('0:03');
    await house.says('li', 'acknowledge');
    house.channels['sms'] = house.channels['push'] = 'accepts';
    await house.at('4:59');
    expect(house.told('li')).toEqual(['0:00 dingtalk', '0:00 push', '0:00 sms']);
    const withdrawn = house.incident.pages.filter(({ state }) => state === 'withdrawn');
    expect(withdrawn.map(({ channel }) => channel)).toEqual(['push', 'sms']);
  });

  test('of two who answer in the same second one has it, and the other hears who', async () => {
    const house = await aHouseWithSomebodyTrapped();
    const [first, second] = await Promise.all([house.says('li', 'acknowledge'), house.says('zhao', 'acknowledge')]);
    expect([first.modified, second.modified]).toEqual([true, false]);
    expect(second.reason).toContain('li has it already');
  });

  test('of fifty who answer at once one has it, also when half of them ask again after a restart', async () => {
    const house = await aHouseWithSomebodyTrapped();
    const ask = (who: number) => house.says(`crew-${who}`, 'acknowledge', { commandId: `answer-of-${who}` });
    const everybody = Array.from({ length: 50 }, (_, n) => n);
    const answers = await Promise.all(everybody.map(ask));
    await house.crashed('0:02');
    const again = await Promise.all(everybody.filter((n) => n % 2 === 0).map(ask));
    expect(answers.filter(({ modified }) => modified)).toHaveLength(1);
    expect(again).toEqual(answers.filter((_, n) => n % 2 === 0));
    expect(house.timeline('acknowledged')).toEqual(['0:00']);
  });

  test('an answer given in time and heard of late saves the promise, and the breach stays in the history', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('7:30');
    expect(house.verdict('on_site')).toBe('breached 7:00');
    await house.says('li', 'arrive', { heardAt: '6:50' });
    expect(house.verdict('on_site')).toBe('met 6:50');
    expect([house.timeline('adjusted'), house.timeline('clock')]).toEqual([['6:50'], expect.arrayContaining(['7:00'])]);
  });

  test('who proves to be there only after it is mended was there in time all the same', async () => {
    const house = await aHouseWithSomebodyTrapped({ proof: 'verified' });
    await house.at('4:00');
    await house.says('li', 'resolve');
    expect(house.verdict('on_site')).toBe('running');
    await house.at('5:00');
    await house.says('li', 'arrive', { proof: 'verified' });
    expect(house.verdict('on_site')).toBe('met 5:00');
  });

  test('what nobody proved is not closed before its time is up, and then it is broken', async () => {
    const house = await aHouseWithSomebodyTrapped({ proof: 'verified' });
    await house.says('li', 'resolve');
    expect(await house.says('wang', 'close')).toMatchObject({ state: 'refused' });
    await house.at('7:01');
    expect(await house.says('wang', 'close')).toMatchObject({ state: 'done' });
    expect(house.incident).toMatchObject({ response: 'closed', sla: 'breached' });
  });

  test('what is mended and quiet stays open for the proof that somebody was there, as long as there is time', async () => {
    const house = await aHouseWithSomebodyTrapped({ proof: 'verified', onSiteSeconds: 1_800 });
    await house.says('li', 'resolve');
    await house.trapped('cleared');
    await house.at('29:59');
    expect(house.incident).toMatchObject({ response: 'resolved', sla: 'running' });
    await house.at('30:01');
    expect(house.incident).toMatchObject({ response: 'closed', sla: 'breached' });
  });

  // goalert #3378, grafana oncall #1792
  test('an acknowledgement that nobody follows up expires, and whoever comes next may have it', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.says('li', 'acknowledge');
    await house.at('5:00');
    expect(house.timeline('released')).toEqual(['5:00']);
    expect(house.told('qian')).toEqual(['5:00 sms']);
    expect(await house.says('qian', 'arrive')).toMatchObject({ modified: true });
    await house.at('7:01');
    expect(house.incident).toMatchObject({ responder: 'qian', sla: 'met' });
  });

  test('a restart shortens no acknowledgement and does not page over it', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:30');
    await house.says('li', 'acknowledge');
    const { pages } = house;
    await house.crashed('4:00');
    expect([house.incident.response, house.pages]).toEqual(['acknowledged', pages]);
    await house.at('5:00');
    expect(house.toldAt('5:00')).toEqual(['qian']);
  });
});

describe('time is what has passed', () => {
  // grafana oncall #3261 #5247 #5455, goalert #512, alertmanager #5447
  test.each(['2026-03-29T00:57:00.000Z', '2026-10-25T00:57:00.000Z', '2026-12-31T23:57:00.000Z'])(
    'seven minutes that begin at %s are seven minutes, and every step keeps its place',
    async (startsAt) => {
      const house = await aHouseWithSomebodyTrapped({ startsAt });
      await house.at('7:01');
      const steps = house.timeline('step');
      expect(steps).toEqual(['0:00', '0:20', '1:00', '2:00', '3:30', '5:00', '6:00']);
      expect(house.verdict('on_site')).toBe('breached 7:00');
    },
  );

  // uptime-kuma #6475
  test('time that nobody watched is neither kept nor broken', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('1:00');
    const since = Date.UTC(2026, 2, 2, 8, 1);
    await house.crashed('1:30', { since, reason: 'the clock stood elsewhere after a reboot' });
    expect(house.verdict('on_site')).toBe('unknown 1:30');
    await house.says('li', 'arrive');
    await house.at('8:00');
    expect(house.incident.sla).toBe('unknown');
  });
});

describe('silence is not health', () => {
  // nightingale #1761
  test('a lift that falls silent has not let anybody out, and the ladder goes on', async () => {
    const house = await aHouseWithSomebodyTrapped({ silentAfterSeconds: 120 });
    await house.at('2:10');
    expect(house.incident).toMatchObject({ condition: 'no_data', response: 'open', sla: 'running' });
    await house.at('3:30');
    expect(house.toldAt('3:30')).toEqual(['client-desk', 'zhou']);
  });

  test('a lift that says all is well ends no response: people do', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:30');
    await house.trapped('cleared');
    expect(house.incident).toMatchObject({ condition: 'cleared', response: 'open' });
    await house.at('1:00');
    expect(house.toldAt('1:00')).toEqual(['li', 'zhao']);
  });

  // thingsboard #13050
  test('a lift that never takes its word back is not closed by resolving it', async () => {
    const house = await aHouseWithSomebodyTrapped({ silentAfterSeconds: 120 });
    await house.says('li', 'resolve');
    await house.at('30:00');
    expect(house.incident).toMatchObject({ response: 'resolved', condition: 'no_data' });
    await house.trapped('cleared');
    await house.at('31:00');
    expect(house.incident.response).toBe('closed');
  });

  test('what a lift takes back, it takes back of the incident that was mended before, too, restart or not', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.says('li', 'resolve');
    await house.reported('guard');
    await house.trapped('cleared');
    expect(house.incidents.map(({ condition }) => condition)).toEqual(['active', 'cleared']);
    await house.crashed('0:05');
    await house.at('11:00');
    expect(house.incidents.map(({ response }) => response)).toEqual(['open', 'closed']);
  });

  test('a house in which nothing happens pages nobody', async () => {
    const house = await aHouse();
    await house.at('1:50');
    expect([house.pages, house.incidents]).toEqual([0, []]);
  });
});
