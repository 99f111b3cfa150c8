import { createHmac } from 'node:crypto';
import { isJson, jsonOf, objectAt, type Answered, type Vendor } from './vendor.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Of the stand-in's only DingTalk robot. */
export const DINGTALK_ROBOT = { token: 'd1ng7a1k', secret: 'SECd1ng7a1k0000000000', keyword: 'Keepsite' } as const;
/** A second one, which is guarded by its keyword instead of a signature. */
export const DINGTALK_KEYWORD_ROBOT = { token: 'k3yw0rd', keyword: '报警' } as const;

/** https://open.dingtalk.com/document/robots/custom-robot-access */
export const dingtalk: Vendor = {
  name: 'dingtalk',
  document: 'https://open.dingtalk.com/document/robots/custom-robot-access',
  throttled: dingtalkSays(130101, 'send too fast, exceed 20 times per minute'),
  refused: dingtalkSays(310000, 'sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]'),
  answer(call, day) {
    const token = call.query.get('access_token');
    const signed = token === DINGTALK_ROBOT.token;
    if (call.path !== '/robot/send') return { reply: { status: 404 } };
    if (call.method !== 'POST') return { reply: dingtalkSays(43002, 'require POST method') };
    if (!isJson(call)) return { reply: dingtalkSays(43004, 'invalid Content-Type') };
    if (!signed && token !== DINGTALK_KEYWORD_ROBOT.token) return { reply: dingtalkSays(300001, 'token is not exist') };
    if (day.count(`dingtalk ${token}`, MINUTE_MS) > 20) return { reply: dingtalk.throttled };
    if (signed) {
      const at = Number(call.query.get('timestamp'));
      if (Math.abs(day.now - at) > HOUR_MS) return { reply: dingtalkSays(310000, 'invalid timestamp') };
      const mac = createHmac('sha256', DINGTALK_ROBOT.secret).update(`${at}\n${DINGTALK_ROBOT.secret}`);
      if (call.query.get('sign') !== mac.digest('base64')) return { reply: dingtalk.refused };
    }
    if (call.body.length > 20_000) return { reply: dingtalkSays(460101, 'message too long, exceed 20000 bytes') };
    const body = jsonOf(call);
    const content = objectAt(body, 'text')['content'];
    if (body?.['msgtype'] !== 'text' || typeof content !== 'string' || content === '')
      return { reply: dingtalkSays(400402, 'miss param : content') };
    if (!signed && !content.includes(DINGTALK_KEYWORD_ROBOT.keyword))
      return { reply: dingtalkSays(310000, 'keywords not in content') };
    return { reply: dingtalkSays(0, 'ok'), taken: { content, at: body['at'] } };
  },
};

function dingtalkSays(errcode: number, errmsg: string) {
  return { status: 200, body: { errcode, errmsg } };
}

export const WECOM_KEY = '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa';

/** https://developer.work.weixin.qq.com/document/path/91770 */
export const wecom: Vendor = {
  name: 'wecom',
  document: 'https://developer.work.weixin.qq.com/document/path/91770',
  throttled: wecomSays(45009, 'api freq out of limit, hint: [1664435522138]'),
  refused: wecomSays(93000, 'invalid webhook url, hint: [1664435522138]'),
  answer(call, day) {
    if (call.path !== '/cgi-bin/webhook/send' || call.query.get('key') !== WECOM_KEY) return { reply: wecom.refused };
    if (day.count('wecom', MINUTE_MS) > 20) return { reply: wecom.throttled };
    const body = jsonOf(call);
    const kind = String(body?.['msgtype']);
    const limit = { text: 2_048, markdown: 4_096 }[kind];
    if (limit === undefined) return { reply: wecomSays(40008, 'invalid message type') };
    const message = objectAt(body, kind);
    const content = String(message['content'] ?? '');
    if (content === '') return { reply: wecomSays(44004, 'empty content') };
    if (Buffer.byteLength(content) > limit)
      return { reply: wecomSays(40058, `${kind}.content exceed max length ${limit}. invalid Request Parameter`) };
    return { reply: wecomSays(0, 'ok'), taken: message };
  },
};

function wecomSays(errcode: number, errmsg: string) {
  return { status: 200, body: { errcode, errmsg } };
}

export const FEISHU_BOT = { id: '8c2f1b7e-0000-4f6e-9b1c-000000000001', secret: 'fe15hu' } as const;

/** https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot */
export const feishu: Vendor = {
  name: 'feishu',
  document: 'https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot',
  throttled: feishuSays(11232, 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]'),
  refused: feishuSays(19021, 'sign match fail or timestamp is not within one hour from current time'),
  answer(call, day) {
    if (call.path !== `/open-apis/bot/v2/hook/${FEISHU_BOT.id}`)
      return { reply: feishuSays(19001, 'param invalid: incoming webhook access token invalid') };
    const tooOften = day.count('feishu second', 1_000) > 5 || day.count('feishu minute', MINUTE_MS) > 100;
    if (tooOften) return { reply: { ...feishuSays(9499, 'too many request'), status: 400 } };
    if (call.body.length > 20 * 1024) return { reply: { ...feishuSays(9499, 'Bad Request'), status: 400 } };
    const body = jsonOf(call);
    const at = Number(body?.['timestamp']);
    // Key and message are not where one would look for them: the key holds both, the message is empty.
    const mac = createHmac('sha256', `${at}\n${FEISHU_BOT.secret}`).digest('base64');
    if (body?.['sign'] !== mac || Math.abs(day.now / 1000 - at) > 3_600) return { reply: feishu.refused };
    return feishuTakes(body);
  },
};

function feishuTakes(body: Readonly<Record<string, unknown>>): Answered {
  const card = objectAt(body, 'card');
  const elements = card['elements'];
  if (body['msg_type'] !== 'interactive' || !Array.isArray(elements) || elements.length === 0)
    return { reply: feishuSays(9499, 'Bad Request') };
  return {
    reply: {
      status: 200,
      body: { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' },
    },
    taken: card,
  };
}

function feishuSays(code: number, msg: string) {
  return { status: 200, body: { code, data: {}, msg } };
}
