import type { IncidentEvent } from '@keepsite/edge-contract';
import { DINGTALK_ROBOT, NTFY, openStandIns, PAGERDUTY_KEY, type StandIns } from '@keepsite/simulators/vendors';
import type { MqttClient } from 'mqtt';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { connectMqtt } from './testing/mqtt-device.ts';
import { createEdgeHome, type EdgeHome } from './testing/whole-edge.ts';
import { waitLonger } from './testing/patience.ts';

waitLonger();

const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets: [{ id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3 号梯 } }]
devices: [{ id: monitor-3, family: keepsite, asset: lift-3 }]
people:
  - id: li
    name: Li Na
    addresses:
      - { channel: robot, to: '13800000000' }
      - { channel: phone, to: ${NTFY.topic} }
  - { id: desk, name: Desk, addresses: [{ channel: pagerduty, to: desk }] }
crews: [{ id: crew, name: { en: Crew, zh: 班组 }, members: [li, desk] }]
plans:
  - id: seven
    version: 1
    terms: { acknowledge: 120, on_site: 420 }
    steps: [{ afterSeconds: 0, page: [crew], channels: [robot, pagerduty] }]
`;
/** Of a busy machine. */
const PATIENCE = { timeout: 15_000 };

let home: EdgeHome;
let standIns: StandIns;
beforeEach(async () => {
  standIns = await openStandIns();
  onTestFinished(standIns.close);
  home = createEdgeHome(REGISTRY);
  home.write('channels.yaml', channels());
});

function channels(): string {
  return `
version: 1
channels:
  robot: { type: dingtalk, url: '${standIns.at('dingtalk')}/robot/send?access_token=${DINGTALK_ROBOT.token}', secret: ${DINGTALK_ROBOT.secret} }
  phone: { type: ntfy, server: '${standIns.at('ntfy')}', token: ${NTFY.token} }
  pagerduty: { type: pagerduty, server: '${standIns.at('pagerduty')}', routingKey: ${PAGERDUTY_KEY} }
people:
  li: { language: zh }
`;
}

/** An edge with these channels, and somebody who hears what it decides. */
async function house(): Promise<{ url: string; mqtt: MqttClient; events: IncidentEvent[] }> {
  const edge = await home.start();
  const mqtt = await connectMqtt(edge.mqttPort ?? 0);
  onTestFinished(() => mqtt.endAsync(true));
  const events: IncidentEvent[] = [];
  mqtt.on('message', (_, payload) => void events.push(JSON.parse(payload.toString()) as IncidentEvent));
  await mqtt.subscribeAsync('keepsite/park/incidents/+', { qos: 1 });
  return { url: edge.url, mqtt, events };
}

test('a page goes over what works, the timeline says why, and PagerDuty hears of the answer', async () => {
  standIns.misbehave('dingtalk', 'throttled');
  const { url, mqtt, events } = await house();
  await mqtt.publishAsync('keepsite/park/devices/monitor-3/fault', '{"fault":"entrapment","state":"raised"}', {
    qos: 1,
  });
  const moved = () => events.flatMap(({ change }) => (change.kind === 'page' ? [change] : []));
  await vi.waitFor(() => expect(moved()).toHaveLength(2), PATIENCE);
  expect(moved().find(({ page }) => page.includes('robot'))).toMatchObject({
    state: 'accepted',
    reason: expect.stringMatching(/^sent over phone, because robot did not work: .*130101/),
  });
  expect(standIns.taken('ntfy')).toMatchObject([
    { title: expect.stringMatching(/^\[紧急\].*Lift 3|3 号梯/), message: expect.not.stringContaining('Where') },
  ]);
  expect(standIns.taken('pagerduty')).toMatchObject([{ action: 'trigger' }]);

  const incident = events[0]!.incident;
  const answer = await fetch(`${url}/api/incidents/${encodeURIComponent(incident)}/acknowledge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ commandId: 'order-0001', responder: 'li' }),
  });
  expect(answer.status).toBe(200);
  await vi.waitFor(() => expect(standIns.taken('pagerduty')).toHaveLength(2), PATIENCE);
  expect(standIns.taken('pagerduty')[1]).toEqual({ action: 'acknowledge', key: incident });
});

test('channels with faults keep the edge from starting, and every fault is told', async () => {
  home.write('channels.yaml', 'version: 1\nchannels:\n  robot: { type: pigeon }\n');
  await expect(house()).rejects.toMatchObject({
    code: 'EDGE_CONFIG_INVALID',
    details: [expect.stringMatching(/channels\.yaml:3: channels\.robot\.type/)],
  });
});
