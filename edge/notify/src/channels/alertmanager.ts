import { z } from 'zod';
import type { OutgoingPage } from '../channel.ts';
import { deliver, jsonRequest, plainVerdict } from '../http.ts';
import { headlineOf, textOf } from '../message.ts';
import { channelType, HttpUrl, Secret } from './channel-type.ts';

/** Prometheus names its severities otherwise. */
const SEVERITIES = { critical: 'critical', major: 'major', minor: 'warning', info: 'info' } as const;
const OVER = ['resolved', 'closed', 'cancelled'];
/** What Alertmanager writes for an alert that has not ended. */
const NOT_ENDED = '0001-01-01T00:00:00Z';

/**
 * The webhook of Prometheus Alertmanager, version 4: whatever takes its notifications takes ours.
 * One alert each; when the incident ends it is told as `resolved`.
 */
export const alertmanager = channelType({
  type: 'alertmanager',
  names: { en: 'Alertmanager-style webhook', zh: 'Alertmanager 格式 Webhook' },
  document: 'https://prometheus.io/docs/alerting/latest/configuration/#webhook_config',
  address: 'any text; it becomes the receiver',
  settings: z.strictObject({
    url: HttpUrl,
    /** Sent as a bearer token. */
    token: Secret.optional(),
  }),
  create(name, { url, token }) {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return {
      name,
      perIncident: true,
      send: (page, deps) => deliver(page, jsonRequest(url, groupOf(page, 'firing'), headers), plainVerdict, deps),
      async follow(page, deps) {
        if (!OVER.includes(page.incident.response)) return { outcome: 'accepted', reference: null };
        return deliver(page, jsonRequest(url, groupOf(page, 'resolved'), headers), plainVerdict, deps);
      },
    };
  },
});

function groupOf(page: OutgoingPage, status: 'firing' | 'resolved'): object {
  const { incident, link } = page;
  const labels = {
    alertname: page.test ? 'KeepsiteTest' : incident.fault,
    severity: page.test ? 'info' : SEVERITIES[incident.severity],
    site: incident.site,
    asset: incident.asset,
    incident: incident.id,
    edge: incident.edge,
    ...(incident.device === null ? {} : { device: incident.device }),
  };
  const annotations = { summary: headlineOf(page), description: textOf(page) };
  const endsAt = status === 'resolved' ? (incident.resolvedAt ?? incident.closedAt ?? NOT_ENDED) : NOT_ENDED;
  return {
    version: '4',
    groupKey: `{}:{incident="${labels.incident}"}`,
    truncatedAlerts: 0,
    status,
    receiver: page.page.to.address,
    groupLabels: { incident: labels.incident },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: link === null ? '' : new URL(link).origin,
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: incident.openedAt,
        endsAt,
        generatorURL: link ?? '',
        fingerprint: incident.id,
      },
    ],
  };
}
