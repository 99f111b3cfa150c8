import { aliyunSms, aliyunVoice } from './aliyun.ts';
import { dingtalk, feishu, wecom } from './chat-robots.ts';
import { alertmanager, ntfy, pagerduty, telegram } from './pagers.ts';
import { pushService } from './push-service.ts';
import { receiver } from './receiver.ts';
import { shellyRelay, tasmotaRelay } from './relays.ts';
import { smsRouter } from './sms-router.ts';
import { slack, teams } from './team-chats.ts';
import { twilio } from './twilio.ts';
import type { Vendor } from './vendor.ts';

/** Every vendor that is spoken to over HTTP. */
export const HTTP_VENDORS: readonly Vendor[] = [
  dingtalk,
  wecom,
  feishu,
  slack,
  teams,
  pagerduty,
  telegram,
  ntfy,
  alertmanager,
  receiver,
  aliyunSms,
  aliyunVoice,
  twilio,
  smsRouter,
  pushService,
  shellyRelay,
  tasmotaRelay,
];
