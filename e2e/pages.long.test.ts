import { expect, test } from 'vitest';
import { askedInVain, complaintsOf, shoot } from './src/browser.ts';
import { englishLeftovers, hollowGlyphs } from './src/chinese.ts';
import { post } from './src/http.ts';
import { entrapment } from './src/stories.ts';
import { until } from './src/until.ts';
import { useWatchedHouse } from './src/watched-house.ts';

const CLIENT = 'qiming-design';

const watched = useWatchedHouse({ rooms: ['cloud', 'edge', 'simulators'], historyDays: 4 });

test('on a Chinese phone every page is in Chinese, in characters and not in boxes', async () => {
  const { house, wall, phone } = watched;
  await wall.goto(`${house.edge}/simulator`);
  await wall.getByRole('button', { name: 'I am the crew' }).click();
  await wall.getByRole('button', { name: 'I am the crew', pressed: true }).waitFor();
  await wall.goto(house.edge);
  await wall.getByRole('button', { name: 'Trap a passenger' }).click();
  const { id } = await entrapment(house.edge, 'bj-lift-3');
  // With everything that the header can hold.
  await post(`${house.edge}/api/demo/clock`, { scale: 2 });
  const pages = [
    [house.edge, ''],
    [house.edge, '/incidents'],
    [house.edge, `/incidents/${id}`],
    [house.edge, '/repairs'],
    [house.edge, '/report'],
    [house.edge, '/rosters'],
    [house.edge, '/maintenance'],
    [house.edge, '/devices'],
    [house.edge, '/simulator'],
    [house.cloud, ''],
    [house.cloud, '/alarms'],
    [house.cloud, '/reviews'],
    [house.cloud, '/clients'],
    [house.cloud, `/clients/${CLIENT}`],
    [house.cloud, '/follow-ups'],
    [house.cloud, '/response-times'],
  ] as const;
  for (const [server, path] of pages) {
    await phone.goto(server + path);
    await phone.locator('main :is(h1, h2)').first().waitFor();
    await until(async () => (await phone.getByText('加载中…').count()) === 0, { for: `${path} to be loaded` });
    await phone.locator('.chip.is-scale').first().waitFor();
    expect(await englishLeftovers(phone), path).toEqual([]);
    const { hollow, seen } = await hollowGlyphs(phone);
    expect(hollow.length / seen, `${path}: ${hollow.join('')}`).toBeLessThan(0.3);
    expect(await phone.evaluate('document.documentElement.scrollWidth'), `${path} is too wide`).toBeLessThanOrEqual(
      390,
    );
    await shoot(phone, `phone-zh${path.replaceAll('/', '-').replace(id, 'id').replace(CLIENT, 'id')}`);
  }
  expect([...complaintsOf(phone), ...askedInVain(phone)]).toEqual([]);
  expect(await phone.evaluate('document.documentElement.lang')).toMatch(/^zh/);
  await post(`${house.edge}/api/demo/clock`, { scale: 1 });
});

test('a page whose server has gone says so, greys its numbers, and recovers when it is back', async () => {
  const { house, wall } = watched;
  await wall.goto(`${house.edge}/?lang=zh`);
  await wall.locator('.card .digits').first().waitFor();
  await shoot(wall, 'wall-zh');
  await house.stop('edge');
  await wall.locator('.dead-banner').waitFor();
  await wall.locator('.card .countdown.guess').first().waitFor();
  // No gateway is still called live.
  await wall.locator('.strip .state.is-good').first().waitFor({ state: 'detached' });
  await shoot(wall, 'wall-zh-stale');
  await house.start('edge');
  await wall.locator('.dead-banner').waitFor({ state: 'detached' });
  await wall.locator('.card .countdown:not(.guess)').first().waitFor();
});
