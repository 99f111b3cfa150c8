import { isJson, jsonOf, objectAt, type Reply, type Vendor } from './vendor.ts';

const MINUTE_MS = 60_000;

export const PAGERDUTY_KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

/** https://developer.pagerduty.com/docs/events-api-v2-overview */
export const pagerduty: Vendor = {
  name: 'pagerduty',
  document: 'https://developer.pagerduty.com/docs/events-api-v2-overview',
  throttled: {
    status: 429,
    body: {
      status: 'throttle exceeded',
      message: 'Requests for this service are arriving too quickly. Please retry later.',
    },
  },
  refused: invalidEvent("'routing_key' is missing or blank"),
  answer(call, day) {
    if (call.path !== '/v2/enqueue' || call.method !== 'POST') return { reply: { status: 404 } };
    if (call.body.length > 512 * 1024) return { reply: { status: 413 } };
    const event = jsonOf(call);
    const fault = faultOf(event);
    if (fault !== null || event === null) return { reply: invalidEvent(fault ?? 'Event object is invalid') };
    if (day.count('pagerduty', MINUTE_MS) > 120) return { reply: pagerduty.throttled };
    const { event_action: action, dedup_key: key = 'made-by-pagerduty', payload } = event;
    return {
      reply: { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: key } },
      taken: { action, key, payload },
    };
  },
};

function faultOf(event: Record<string, unknown> | null): string | null {
  const key = event?.['routing_key'];
  if (typeof key !== 'string' || key === '') return "'routing_key' is missing or blank";
  if (key.length !== 32) return "Length of 'routing_key' is incorrect (should be 32 characters)";
  const action = String(event?.['event_action']);
  const dedup = event?.['dedup_key'];
  if (!['trigger', 'acknowledge', 'resolve'].includes(action)) return "'event_action' is invalid";
  if (typeof dedup === 'string' && dedup.length > 255) return "'dedup_key' is too long";
  if (action !== 'trigger') return typeof dedup === 'string' ? null : "'dedup_key' is missing or blank";
  const { summary, source, severity } = objectAt(event, 'payload');
  if (typeof summary !== 'string' || summary === '') return "'payload.summary' is missing or blank";
  if (summary.length > 1_024) return "'payload.summary' is too long";
  if (typeof source !== 'string' || source === '') return "'payload.source' is missing or blank";
  if (!['critical', 'error', 'warning', 'info'].includes(String(severity)))
    return "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')";
  return null;
}

function invalidEvent(error: string): Reply {
  return { status: 400, body: { status: 'invalid event', message: 'Event object is invalid', errors: [error] } };
}

export const TELEGRAM_BOT = {
  token: '123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11',
  chat: '4711',
  blocked: '4712',
} as const;

/** https://core.telegram.org/bots/api#making-requests */
export const telegram: Vendor = {
  name: 'telegram',
  document: 'https://core.telegram.org/bots/api#sendmessage',
  throttled: telegramSays(429, 'Too Many Requests: retry after 35', { parameters: { retry_after: 35 } }),
  refused: telegramSays(403, 'Forbidden: bot was blocked by the user'),
  answer(call, day) {
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(call.path) ?? [];
    if (token !== TELEGRAM_BOT.token) return { reply: telegramSays(401, 'Unauthorized') };
    if (method !== 'sendMessage') return { reply: telegramSays(404, 'Not Found') };
    const body = jsonOf(call) ?? {};
    const { chat_id: chat, text, parse_mode: mode } = body;
    if (chat === TELEGRAM_BOT.blocked) return { reply: telegram.refused };
    if (String(chat) !== TELEGRAM_BOT.chat) return { reply: telegramSays(400, 'Bad Request: chat not found') };
    if (typeof text !== 'string' || text === '')
      return { reply: telegramSays(400, 'Bad Request: message text is empty') };
    if (Array.from(text).length > 4_096) return { reply: telegramSays(400, 'Bad Request: message is too long') };
    if (day.count(`telegram ${String(chat)}`, 1_000) > 1)
      return { reply: telegramSays(429, 'Too Many Requests: retry after 1', { parameters: { retry_after: 1 } }) };
    const keyboard = objectAt(body, 'reply_markup')['inline_keyboard'] as { url?: string }[][] | undefined;
    const wrong = keyboard?.flat().find(({ url }) => url !== undefined && !/^https?:\/\/[^/]+\.[^/]+/.test(url));
    if (wrong) return { reply: telegramSays(400, `Bad Request: inline keyboard button URL '${wrong.url}' is invalid`) };
    const message = { message_id: 77, date: Math.floor(day.now / 1000), chat: { id: Number(chat) }, text };
    return { reply: { status: 200, body: { ok: true, result: message } }, taken: { text, parse_mode: mode } };
  },
};

function telegramSays(code: number, description: string, more: object = {}): Reply {
  return { status: code, body: { ok: false, error_code: code, description, ...more } };
}

export const NTFY = { topic: 'keepsite-duty', token: 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2' } as const;

/** https://docs.ntfy.sh/publish/#publish-as-json; codes as its server has them. */
export const ntfy: Vendor = {
  name: 'ntfy',
  document: 'https://docs.ntfy.sh/publish/',
  throttled: {
    ...ntfySays(429, 42901, 'limit reached: too many requests', '#limitations'),
    headers: { 'retry-after': '5' },
  },
  refused: ntfySays(401, 40101, 'unauthorized', '#authentication'),
  answer(call, day) {
    if (call.headers['authorization'] !== `Bearer ${NTFY.token}`) return { reply: ntfy.refused };
    if (day.count('ntfy', 300_000) > 60) return { reply: ntfy.throttled };
    const body = jsonOf(call);
    if (body === null || call.path !== '/')
      return { reply: ntfySays(400, 40024, 'invalid request: request body must be message JSON', '#publish-as-json') };
    const { topic, message = '', title, priority = 3, tags } = body;
    if (topic !== NTFY.topic) return { reply: ntfySays(403, 40301, 'forbidden', '#authentication') };
    if (![1, 2, 3, 4, 5].includes(Number(priority)))
      return { reply: ntfySays(400, 40007, 'invalid request: priority invalid', '#message-priority') };
    const long = Buffer.byteLength(String(message)) > 4_096;
    const kept = long
      ? { message: 'You received a file: attachment.txt', attachment: { name: 'attachment.txt' } }
      : { message };
    const event = {
      id: 'hwQ2YpKdmg',
      time: Math.floor(day.now / 1000),
      event: 'message',
      topic,
      title,
      priority,
      tags,
      ...kept,
    };
    return { reply: { status: 200, body: event }, taken: event };
  },
};

function ntfySays(http: number, code: number, error: string, anchor: string): Reply {
  return { status: http, body: { code, http, error, link: `https://ntfy.sh/docs/publish/${anchor}` } };
}

export const RECEIVER_TOKEN = 'am-receiver';

/** Whatever listens to Alertmanager: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export const alertmanager: Vendor = {
  name: 'alertmanager',
  document: 'https://prometheus.io/docs/alerting/latest/configuration/#webhook_config',
  throttled: { status: 429, headers: { 'retry-after': '10' }, body: 'slow down' },
  refused: { status: 401, body: 'Unauthorized' },
  answer(call) {
    if (call.headers['authorization'] !== `Bearer ${RECEIVER_TOKEN}`) return { reply: alertmanager.refused };
    const group = jsonOf(call);
    if (!isJson(call) || group === null || !isGroup(group)) return { reply: { status: 400, body: 'not version 4' } };
    return { reply: { status: 200 }, taken: group };
  },
};

function isGroup(group: Readonly<Record<string, unknown>>): boolean {
  const alerts = group['alerts'] as Record<string, unknown>[];
  const texts = (labels: unknown) => Object.values(labels as object).every((label) => typeof label === 'string');
  return (
    group['version'] === '4' &&
    ['firing', 'resolved'].includes(String(group['status'])) &&
    ['groupKey', 'receiver', 'externalURL'].every((key) => typeof group[key] === 'string') &&
    typeof group['truncatedAlerts'] === 'number' &&
    ['groupLabels', 'commonLabels', 'commonAnnotations'].every((key) => texts(group[key])) &&
    alerts.length > 0 &&
    alerts.every(
      (alert) =>
        texts(alert['labels']) &&
        texts(alert['annotations']) &&
        [alert['startsAt'], alert['endsAt']].every((at) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(at))),
    )
  );
}
