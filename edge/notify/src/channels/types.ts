import { aliyunSms, aliyunVoice } from './aliyun.ts';
import { alertmanager } from './alertmanager.ts';
import type { ChannelType } from './channel-type.ts';
import { dingtalk } from './dingtalk.ts';
import { email } from './email.ts';
import { feishu } from './feishu.ts';
import { gateway } from './gateway.ts';
import { ntfy } from './ntfy.ts';
import { pagerduty } from './pagerduty.ts';
import { siren } from './siren.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { telegram } from './telegram.ts';
import { twilioSms, twilioVoice } from './twilio.ts';
import { webPush } from './web-push.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

/** Every kind of channel that can be set up, by type. A new one is one file and one entry here. */
export const CHANNEL_TYPES: ReadonlyMap<string, ChannelType> = new Map(
  [
    dingtalk,
    wecom,
    feishu,
    slack,
    teams,
    pagerduty,
    telegram,
    ntfy,
    alertmanager,
    webhook,
    email,
    aliyunSms,
    aliyunVoice,
    twilioSms,
    twilioVoice,
    gateway,
    webPush,
    siren,
  ].map((type) => [type.type, type]),
);
