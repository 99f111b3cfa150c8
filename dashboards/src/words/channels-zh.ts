import type { Words } from './en.ts';

export const channelsZh: Pick<Words, 'channels'> = {
  channels: {
    title: '通知渠道',
    lead: '请在需要之前逐一测试。测试消息会注明为测试，并显示服务商的答复。',
    edgeOnly: '通知渠道由网关管理：请在网关上打开此页。',
    missing: '此网关没有设置这一渠道：无法通过它联系以下人员。',
    reachesNobody: '没有人使用此渠道。',
    test: '测试',
    testOf: (name: string): string => `向${name}发送测试`,
    tested: {
      accepted: '服务商已受理。请向本人确认是否收到。',
      retry: '服务商暂未受理；正式呼叫会重试，并改用其他渠道。',
      failed: '未成功：呼叫无法通过此渠道送达。',
    },
  },
};
