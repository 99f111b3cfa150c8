import type { OnCallList } from '@keepsite/edge-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from './src/house.ts';
import { get, post } from './src/http.ts';
import { type Broker, MOSQUITTO, startMosquitto } from './src/mosquitto.ts';
import { connect, type Wire } from './src/mqtt.ts';
import { entrapment, incident, seeThrough } from './src/stories.ts';
import { until } from './src/until.ts';

if (MOSQUITTO === null && process.env['CI'] === 'true')
  test('mosquitto is installed', () => expect.unreachable('install the program mosquitto'));

describe.skipIf(MOSQUITTO === null)('on an external broker (needs the program mosquitto)', () => {
  let broker: Broker;
  let house: House;
  let wire: Wire;

  beforeAll(async () => {
    broker = await startMosquitto();
    house = await startHouse({ rooms: ['edge', 'simulators'], brokerUrl: broker.url });
    wire = await connect(broker.url, ['keepsite/+/pages/+', 'keepsite/+/incidents/+']);
  });

  afterAll(async () => {
    await wire?.close();
    await house?.close();
    await broker?.close();
  });

  test('a trapped passenger becomes an incident that pages who is on call, and ends when the doors open', async () => {
    await post(`${house.panel}/api/simulator/crews`, { mode: 'manual' });
    const { status } = await post(`${house.panel}/api/simulator/scenarios/trapped-passenger`, {});
    expect(status).toBe(200);
    const opened = await entrapment(house.edge, 'bj-lift-3');
    expect(opened).toMatchObject({ severity: 'critical', sla: 'running', device: 'EL-BJ-0003' });
    const onCall = await get<OnCallList>(`${house.edge}/api/on-call?at=${opened.openedAt}`);
    const duty = onCall.items.find(({ roster }) => roster === 'bj-duty')?.now.map(({ person }) => person) ?? [];
    expect(duty.length).toBeGreaterThan(0);
    const paged = await until(() => (pagesOf(opened.id).length >= duty.length ? pagesOf(opened.id) : null), {
      for: 'whoever is on call to be paged over the broker',
    });
    expect(new Set(paged.map(({ to }) => to.person))).toEqual(new Set(duty));

    await seeThrough(house.edge, opened.id, 'li-na');
    const over = await until(
      async () => {
        const now = await incident(house.edge, opened.id);
        return now.condition === 'cleared' && now;
      },
      { for: 'the end of the fault' },
    );
    expect(over).toMatchObject({ response: 'resolved', sla: 'met' });
    // What HTTP knows already may still be on its way over the broker.
    const kinds = () =>
      wire.heard
        .filter(({ topic }) => topic.endsWith(`/incidents/${opened.id}`))
        .map(({ payload }) => (JSON.parse(payload.toString()) as { change: { kind: string } }).change.kind);
    await expect
      .poll(kinds)
      .toEqual(expect.arrayContaining(['opened', 'paged', 'acknowledged', 'on_site', 'resolved', 'clock']));
  });

  interface MqttPage {
    readonly to: { readonly person: string };
    readonly incident: { readonly id: string };
  }

  function pagesOf(id: string): MqttPage[] {
    return wire.heard
      .filter(({ topic }) => /\/pages\//.test(topic))
      .map(({ payload }) => JSON.parse(payload.toString()) as MqttPage)
      .filter((page) => page.incident.id === id);
  }
});
