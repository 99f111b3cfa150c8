import { because, type Tellers } from './story-words.ts';

/** Repairs that people report, and what is ordered from contractors. */
export const ORDER_TELLERS: Tellers = {
  ordered: ({ order }) => ({
    en: `Wanted from ${order.contractorName.en}: ${order.what.en}, ${order.cost} ${order.currency}`,
    zh: `需要 ${order.contractorName.zh} 提供${order.what.zh}，费用 ${order.cost} ${order.currency}`,
  }),
  approval_asked: ({ person, cost, currency }) => ({
    en: `${person} is asked to approve ${cost} ${currency}`,
    zh: `已请示 ${person} 批准 ${cost} ${currency}`,
  }),
  approved: ({ responder, note }) => ({
    en: `${responder} approves${because(note).en}`,
    zh: `${responder} 已批准${because(note).zh}`,
  }),
  declined: ({ responder, reason }) => ({
    en: `${responder ?? 'Nobody'} declines${because(reason).en}`,
    zh: `${responder ?? '无人'} 未批准${because(reason).zh}`,
  }),
  spent: ({ contractorName, what, cost, currency, approvedBy }) => ({
    en: `Ordered from ${contractorName.en}: ${what.en}, ${cost} ${currency}${because(approvedBy).en}`,
    zh: `已向 ${contractorName.zh} 下单：${what.zh}，${cost} ${currency}${because(approvedBy).zh}`,
  }),
  order_confirmed: ({ order, note, arrivesAt }) => ({
    en: `The contractor confirms order ${order}${arrivesAt ? `, to be there by ${arrivesAt}` : ''}${because(note).en}`,
    zh: `承包商已确认订单 ${order}${arrivesAt ? `，承诺 ${arrivesAt} 前到场` : ''}${because(note).zh}`,
  }),
  order_overdue: ({ order }) => ({ en: `Order ${order} is late`, zh: `订单 ${order} 到场超时` }),
  order_arrived: ({ order, inTime }) => ({
    en: `Order ${order} is there, ${inTime ? 'in time' : 'late'}`,
    zh: `订单 ${order} ${inTime ? '按时' : '超时'}到场`,
  }),
  order_called_off: ({ order, cost, currency, reason, turnedDown }) => ({
    en: `Order ${order} is ${turnedDown ? 'declined by the contractor' : 'called off'}, ${cost} ${currency} go back${because(reason).en}`,
    zh: `${turnedDown ? '承包商拒绝' : '已取消'}订单 ${order}，退回 ${cost} ${currency}${because(reason).zh}`,
  }),
  reported_again: ({ repair }) => ({ en: `Reported again: ${repair.text}`, zh: `再次报修：${repair.text}` }),
  arranged: ({ appointment }) => ({
    en: `Arranged for ${appointment.at}, by ${appointment.by}`,
    zh: `约定 ${appointment.at} 上门，由 ${appointment.by} 处理`,
  }),
};
