import { z } from 'zod';
import { type Answer, judgeStatus, notTheProvider } from '../answer.ts';
import type { ChannelDeps, Delivery, OutgoingPage } from '../channel.ts';
import { cutChars } from '../cut.ts';
import { deliver, type Heard, jsonRequest } from '../http.ts';
import { headlineOf, textOf } from '../message.ts';
import { pageJson } from '../page-json.ts';
import { channelType, Secret, Server } from './channel-type.ts';

const SUMMARY_CHARS = 1_024;
const DEDUP_CHARS = 255;
const SEVERITIES = { critical: 'critical', major: 'error', minor: 'warning', info: 'info' } as const;
const OVER = ['resolved', 'closed', 'cancelled'];

type Action = 'trigger' | 'acknowledge' | 'resolve';

/**
 * PagerDuty, Events API v2: about 120 events a minute and key, 202 with status `success` is the only
 * yes. One PagerDuty incident for each of ours: its id is the `dedup_key`, so that a second page
 * joins it, an acknowledgement acknowledges it and its end resolves it.
 */
export const pagerduty = channelType({
  type: 'pagerduty',
  names: { en: 'PagerDuty', zh: 'PagerDuty' },
  document: 'https://developer.pagerduty.com/docs/events-api-v2-overview',
  address: 'any text; the service behind the routing key decides whom it pages',
  settings: z.strictObject({
    routingKey: Secret,
    /** Of a European account: https://events.eu.pagerduty.com */
    server: Server.prefault('https://events.pagerduty.com'),
  }),
  create(name, settings) {
    const tell = (page: OutgoingPage, action: Action, deps: ChannelDeps): Promise<Delivery> =>
      deliver(page, jsonRequest(`${settings.server}/v2/enqueue`, event(page, action, settings)), verdict, deps);
    return {
      name,
      perIncident: true,
      limits: () => [{ key: `pagerduty:${settings.routingKey}`, count: 120, perMs: 60_000 }],
      send: (page, deps) => tell(page, 'trigger', deps),
      follow: (page, deps) => tell(page, OVER.includes(page.incident.response) ? 'resolve' : 'acknowledge', deps),
    };
  },
});

function event(page: OutgoingPage, action: Action, { routingKey }: { readonly routingKey: string }): object {
  const { incident, link } = page;
  const dedupKey = (page.test ? page.page.id : incident.id).slice(0, DEDUP_CHARS);
  if (action !== 'trigger') return { routing_key: routingKey, event_action: action, dedup_key: dedupKey };
  return {
    routing_key: routingKey,
    event_action: action,
    dedup_key: dedupKey,
    client: 'Keepsite',
    ...(link !== null && { client_url: link, links: [{ href: link, text: 'Keepsite' }] }),
    payload: {
      summary: cutChars(headlineOf(page), SUMMARY_CHARS),
      source: `${incident.site}/${incident.asset}`,
      severity: page.test ? 'info' : SEVERITIES[incident.severity],
      timestamp: incident.openedAt,
      component: incident.asset,
      group: incident.site,
      class: incident.fault,
      custom_details: { ...pageJson(page), text: textOf(page) },
    },
  };
}

function verdict(heard: Heard): Answer {
  const byStatus = judgeStatus(heard);
  if (byStatus !== null) return byStatus;
  if (heard.status !== 202 || heard.json?.['status'] !== 'success') return notTheProvider(heard);
  return { kind: 'yes', reference: String(heard.json['dedup_key'] ?? '') || null };
}
