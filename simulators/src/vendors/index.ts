/**
 * Stand-ins of the vendors that carry pages, for tests and for trying out: written from the vendors'
 * documents alone, and able to misbehave on demand.
 */
export { ALIYUN } from './aliyun.ts';
export { DINGTALK_KEYWORD_ROBOT, DINGTALK_ROBOT, FEISHU_BOT, WECOM_KEY } from './chat-robots.ts';
export { MAIL_CERTIFICATE } from './mail-certificate.ts';
export { MAILBOX, openMailServer } from './mail-server.ts';
export type { Mail, MailMood, MailServer } from './mail-server.ts';
export { NTFY, PAGERDUTY_KEY, RECEIVER_TOKEN, TELEGRAM_BOT } from './pagers.ts';
export { BROWSER, GONE_PATH, PUSH_PATH } from './push-service.ts';
export { WEBHOOK_SECRET } from './receiver.ts';
export { SMS_ROUTER } from './sms-router.ts';
export { MOODS, openStandIns } from './stand-ins.ts';
export type { Mood, StandIns } from './stand-ins.ts';
export { SLACK_HOOK, TEAMS_HOOK } from './team-chats.ts';
export { TWILIO } from './twilio.ts';
export type { Call } from './vendor.ts';
