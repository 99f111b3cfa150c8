import { isJson, jsonOf, objectAt, type Reply, type Vendor } from './vendor.ts';

const text = (status: number, body: string, headers: Record<string, string> = {}): Reply => ({ status, body, headers });

export const SLACK_HOOK = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slack: Vendor = {
  name: 'slack',
  document: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
  throttled: text(429, 'rate_limited', { 'retry-after': '30' }),
  refused: text(410, 'channel_is_archived'),
  answer(call, day) {
    if (call.path !== SLACK_HOOK) return { reply: text(404, 'no_service') };
    if (day.count('slack', 1_000) > 1) return { reply: text(429, 'rate_limited', { 'retry-after': '1' }) };
    const body = jsonOf(call);
    if (body === null || !isJson(call)) return { reply: text(400, 'invalid_payload') };
    if (typeof body['text'] !== 'string' || body['text'] === '') return { reply: text(400, 'no_text') };
    if (body['text'].length > 40_000) return { reply: text(400, 'msg_too_long') };
    const blocks = body['blocks'] as Record<string, unknown>[] | undefined;
    if (blocks && (blocks.length > 50 || !blocks.every(isBlock))) return { reply: text(400, 'invalid_blocks') };
    return { reply: text(200, 'ok'), taken: body };
  },
};

/** https://docs.slack.dev/reference/block-kit/blocks: the lengths that make a whole message invalid. */
const LONGEST: Readonly<Record<string, number>> = { header: 150, section: 3_000 };

function isBlock(block: Record<string, unknown>): boolean {
  if (block['type'] === 'actions') return ((block['elements'] ?? []) as Record<string, unknown>[]).every(isButton);
  const longest = LONGEST[String(block['type'])];
  const { type, text: words } = objectAt(block, 'text');
  if (longest === undefined || typeof words !== 'string' || words === '' || words.length > longest) return false;
  return type === 'plain_text' || (type === 'mrkdwn' && block['type'] !== 'header');
}

function isButton(element: Record<string, unknown>): boolean {
  const label = objectAt(element, 'text');
  return (
    element['type'] === 'button' &&
    label['type'] === 'plain_text' &&
    String(label['text']).length <= 75 &&
    String(element['url'] ?? '').length <= 3_000
  );
}

export const TEAMS_HOOK =
  '/workflows/6d1f/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=s1gn4tur3';

/**
 * The trigger "When a Teams webhook request is received" of a workflow. It answers 202 as soon as the
 * flow has begun; https://learn.microsoft.com/en-us/connectors/teams/ has the limit of about 28 KB.
 */
export const teams: Vendor = {
  name: 'teams',
  document: 'https://learn.microsoft.com/en-us/connectors/teams/#microsoft-teams-webhook',
  throttled: {
    status: 429,
    headers: { 'retry-after': '20' },
    body: { error: { code: 'RequestThrottled', message: 'The workflow run was throttled.' } },
  },
  refused: {
    status: 401,
    body: { error: { code: 'AuthorizationFailed', message: 'The authentication credentials are not valid.' } },
  },
  answer(call, day) {
    const hook = new URL(TEAMS_HOOK, 'http://teams');
    if (call.path !== hook.pathname) return { reply: { status: 404, body: { error: { code: 'WorkflowNotFound' } } } };
    if (call.query.get('sig') !== hook.searchParams.get('sig')) return { reply: teams.refused };
    if (day.count('teams', 1_000) > 4) return { reply: teams.throttled };
    if (call.body.length > 28 * 1024)
      return { reply: { status: 413, body: { error: { code: 'RequestEntityTooLarge' } } } };
    const body = jsonOf(call);
    const [attachment] = (body?.['attachments'] ?? []) as Record<string, unknown>[];
    const card = objectAt(attachment ?? null, 'content');
    const isCard =
      body?.['type'] === 'message' &&
      attachment?.['contentType'] === 'application/vnd.microsoft.card.adaptive' &&
      card['type'] === 'AdaptiveCard' &&
      Array.isArray(card['body']);
    // The trigger says yes to anything; only the flow behind it fails, where no sender sees it.
    return isCard ? { reply: { status: 202 }, taken: card } : { reply: { status: 202 } };
  },
};
