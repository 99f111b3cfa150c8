import { describe, expect, test } from 'vitest';
import { aHouseWithSomebodyTrapped } from './house.ts';

describe('the ladder of the seven minutes', () => {
  test('the first responder is paged over every message channel at once, and the siren sounds with it', async () => {
    const house = await aHouseWithSomebodyTrapped();
    expect(house.told('li')).toEqual(['0:00 dingtalk', '0:00 push', '0:00 sms']);
    expect(house.told('lobby')).toEqual(['0:00 siren']);
    expect(house.pages).toBe(4);
  });

  test('the first responder is called at twenty seconds when no channel has taken a page', async () => {
    const house = await aHouseWithSomebodyTrapped({
      channels: { dingtalk: 'fails', push: 'fails', sms: 'fails', siren: 'fails' },
    });
    await house.at('0:19');
    expect(house.told('li').filter((page) => page.endsWith('voice'))).toEqual([]);
    await house.at('0:20');
    expect(house.told('li').filter((page) => page.endsWith('voice'))).toEqual(['0:20 voice']);
  });

  test('nobody is called at twenty seconds when a single channel has taken a page', async () => {
    const house = await aHouseWithSomebodyTrapped({ channels: { dingtalk: 'fails', push: 'fails', siren: 'fails' } });
    await house.at('0:59');
    expect(house.told('li').filter((page) => page.endsWith('voice'))).toEqual([]);
  });

  test('the second responder is paged at one minute when the first is silent', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:59');
    expect(house.told('zhao')).toEqual([]);
    await house.at('1:00');
    expect(house.told('zhao')).toEqual(['1:00 voice']);
    expect(house.told('li').at(-1)).toBe('1:00 voice');
  });

  test('the second responder sleeps on when the first has answered', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:59');
    await house.says('li', 'acknowledge');
    await house.at('4:59');
    expect(house.told('zhao')).toEqual([]);
  });

  test('the supervisor and everybody on shift are paged at two minutes', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('1:59');
    expect(house.told('wang')).toEqual([]);
    await house.at('2:00');
    expect(house.toldAt('2:00')).toEqual(['li', 'sun', 'wang', 'zhao']);
  });

  test('the manager and the client’s duty desk hear of it at three and a half minutes', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('3:29');
    expect([house.told('zhou'), house.told('client-desk')]).toEqual([[], []]);
    await house.at('3:30');
    expect(house.toldAt('3:30')).toEqual(['client-desk', 'zhou']);
  });

  test('who answered and is not there at five minutes loses the claim, and the next crew is paged', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:40');
    await house.says('li', 'acknowledge');
    await house.at('4:59');
    expect(house.incident.responder).toBe('li');
    await house.at('5:00');
    expect(house.incident).toMatchObject({ response: 'open', responder: null });
    expect(house.timeline('acknowledged')).toEqual(['0:40']);
    expect(house.toldAt('5:00')).toEqual(['qian']);
    expect((await house.says('qian', 'acknowledge')).state).toBe('done');
  });

  test('who gives the claim back is left alone, and everybody else whom the ladder had reached is paged again', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('1:10');
    await house.says('li', 'acknowledge');
    await house.at('1:30');
    await house.says('li', 'release');
    expect(house.toldAt('1:30')).toEqual(['lobby', 'zhao']);
    expect((await house.says('zhao', 'acknowledge')).state).toBe('done');
  });

  test('who is there by five minutes keeps the claim, and nobody else is sent', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('0:40');
    await house.says('li', 'acknowledge');
    await house.at('4:50');
    await house.says('li', 'arrive');
    await house.at('9:00');
    expect(house.incident).toMatchObject({ response: 'on_site', responder: 'li', sla: 'met' });
    expect(house.told('qian')).toEqual([]);
  });

  test('one minute before the promise breaks those who can still keep it are warned', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('5:59');
    expect(house.toldAt('6:00')).toEqual([]);
    await house.at('6:00');
    expect(house.toldAt('6:00')).toEqual(['li', 'wang']);
    expect(house.incident.sla).toBe('running');
  });

  test('on site at seven minutes sharp is in time, though the ladder is looked at in that instant too', async () => {
    const house = await aHouseWithSomebodyTrapped({ repeatEverySeconds: 60 });
    await house.at('7:00');
    await house.says('li', 'arrive');
    await house.at('8:00');
    expect(house.verdict('on_site')).toBe('met 7:00');
    expect(house.timeline('adjusted')).toEqual([]);
  });

  test('after seven minutes the promise is broken, at 7:00 sharp and for ever, and the response goes on', async () => {
    const house = await aHouseWithSomebodyTrapped();
    await house.at('7:01');
    expect(house.verdict('on_site')).toBe('breached 7:00');
    expect(house.incident.response).toBe('open');
    await house.says('li', 'arrive');
    await house.says('li', 'resolve');
    expect(house.incident).toMatchObject({ response: 'resolved', sla: 'breached' });
    expect(house.verdict('resolve')).toBe('met 7:01');
  });

  test('with nobody on call the step is skipped at once, the supervisor hears of it, and the next crew is paged', async () => {
    const house = await aHouseWithSomebodyTrapped({ absent: ['first'] });
    expect(house.told('wang')).toContain('0:00 sms');
    expect(house.told('zhao')).toEqual(['0:00 voice']);
    expect(house.incident.timeline.filter(({ kind }) => kind === 'step')[0]?.detail).toMatchObject({ skipped: true });
  });

  test('with no crew on call at all the supervisor is paged in the first second', async () => {
    const house = await aHouseWithSomebodyTrapped({ absent: ['first', 'second'] });
    expect(house.told('wang')[0]).toBe('0:00 sms');
    await house.at('7:01');
    expect(house.verdict('on_site')).toBe('breached 7:00');
  });

  test('the last step is said again every minute until somebody is on site', async () => {
    const house = await aHouseWithSomebodyTrapped({ repeatEverySeconds: 60 });
    await house.at('9:30');
    expect(house.told('wang').slice(-4)).toEqual(['6:00 sms', '7:00 sms', '8:00 sms', '9:00 sms']);
    await house.says('wang', 'arrive');
    const { pages } = house;
    await house.at('30:00');
    expect(house.pages).toBe(pages);
  });
});
