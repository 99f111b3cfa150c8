import type { Actor, IncidentChange, IncidentEvent } from '@keepsite/edge-contract';
import { ORDER_TELLERS } from './story-orders.ts';
import { because, type Tellers, type Words } from './story-words.ts';

/** Raise it with any change of the words below: an export tells which words it was written in. */
export const WORDS_VERSION = 1;

/** One line of an incident's story, with the link of the chain that proves it. */
export interface StoryLine {
  readonly seq: number;
  /** When it counts, and when the edge wrote it down. */
  readonly at: string;
  readonly recordedAt: string;
  readonly kind: string;
  readonly by: Actor;
  readonly en: string;
  readonly zh: string;
  readonly hash: string;
}

/** What happened, line by line in the order of `seq`, in words that are read without any system at hand. */
export function storyOf(events: readonly IncidentEvent[]): StoryLine[] {
  return events.map(({ seq, at, recordedAt, by, change, hash }) => ({
    seq,
    at,
    recordedAt,
    kind: change.kind,
    by,
    ...tell(change),
    hash,
  }));
}

/** A kind that has no words of its own is told by its name; what it says stands in the event beside. */
function tell(change: IncidentChange): Words {
  const teller = TELLERS[change.kind] as ((change: IncidentChange) => Words) | undefined;
  return teller ? teller(change) : { en: change.kind.replaceAll('_', ' '), zh: change.kind };
}

const SEVERITIES = {
  critical: { en: 'critical', zh: '紧急' },
  major: { en: 'major', zh: '重要' },
  minor: { en: 'minor', zh: '次要' },
  info: { en: 'info', zh: '提示' },
} as const;
const TERMS = {
  acknowledge: { en: 'acknowledgement', zh: '接单' },
  on_site: { en: 'on site', zh: '到场' },
  resolve: { en: 'resolution', zh: '处理' },
} as const;
const VERDICTS = {
  running: { en: 'running', zh: '计时中' },
  met: { en: 'met', zh: '达标' },
  breached: { en: 'breached', zh: '超时' },
  excluded: { en: 'excluded', zh: '除外' },
  unknown: { en: 'unknown', zh: '未知' },
} as const;
const PAGE_STATES = {
  queued: { en: 'waits to be sent', zh: '待发送' },
  sending: { en: 'is being sent', zh: '发送中' },
  accepted: { en: 'was accepted by the channel', zh: '通道已受理' },
  delivered: { en: 'was delivered', zh: '已送达' },
  seen: { en: 'was seen', zh: '已查看' },
  failed: { en: 'failed', zh: '发送失败' },
  withdrawn: { en: 'was withdrawn', zh: '已撤回' },
} as const;
const CONDITIONS = {
  active: { en: 'it lasts', zh: '故障仍在' },
  cleared: { en: 'it is over', zh: '已恢复' },
  no_data: { en: 'nothing is heard of it', zh: '失去数据，不等于恢复' },
} as const;
const PROOFS = {
  declared: { en: 'as they said', zh: '自报' },
  verified: { en: 'verified', zh: '已核实' },
} as const;

const again = (possibleDuplicate: boolean): Words =>
  possibleDuplicate ? { en: ', possibly a duplicate', zh: '，可能重复' } : { en: '', zh: '' };

const TELLERS: Tellers = {
  ...ORDER_TELLERS,
  opened: ({ summary, severity, clocks }) => ({
    en: `Opened (${SEVERITIES[severity].en}): ${summary.en}${clocks.length > 0 ? '; the clock starts' : ''}`,
    zh: `发生（${SEVERITIES[severity].zh}）：${summary.zh}${clocks.length > 0 ? '，开始计时' : ''}`,
  }),
  occurred: ({ occurrences }) => ({
    en: `Heard again, ${occurrences} times by now`,
    zh: `再次收到，累计 ${occurrences} 次`,
  }),
  upgraded: ({ severity }) => ({
    en: `Upgraded to ${SEVERITIES[severity].en}`,
    zh: `升级为${SEVERITIES[severity].zh}`,
  }),
  condition: ({ condition, source }) => ({
    en: `The sensors say: ${CONDITIONS[condition].en} (${source})`,
    zh: `传感器：${CONDITIONS[condition].zh}（${source}）`,
  }),
  step: ({ step, skipped, reason }) => {
    const why = because(reason);
    return skipped
      ? { en: `Step ${step + 1} of the plan was skipped${why.en}`, zh: `预案第 ${step + 1} 步跳过${why.zh}` }
      : { en: `Step ${step + 1} of the plan${why.en}`, zh: `预案第 ${step + 1} 步${why.zh}` };
  },
  paged: ({ page }) => ({
    en: `${page.to.name} is paged over ${page.channel}${again(page.possibleDuplicate).en}`,
    zh: `通过 ${page.channel} 呼叫 ${page.to.name}${again(page.possibleDuplicate).zh}`,
  }),
  page: ({ page, state, reason, possibleDuplicate }) => ({
    en: `Page ${page} ${PAGE_STATES[state].en}${because(reason).en}${again(possibleDuplicate).en}`,
    zh: `呼叫 ${page}：${PAGE_STATES[state].zh}${because(reason).zh}${again(possibleDuplicate).zh}`,
  }),
  acknowledged: ({ responder }) => ({ en: `${responder} takes it`, zh: `${responder} 已接单` }),
  released: ({ responder, reason }) => ({
    en: `${responder} gives it back${because(reason).en}`,
    zh: `${responder} 不再负责${because(reason).zh}`,
  }),
  handed_over: ({ from, responder, reason }) => ({
    en: `Handed over ${from === null ? '' : `from ${from} `}to ${responder}${because(reason).en}`,
    zh: `${from === null ? '' : `由 ${from} `}转交给 ${responder}${because(reason).zh}`,
  }),
  on_site: ({ responder, proof }) => ({
    en: `${responder} is on site (${PROOFS[proof].en})`,
    zh: `${responder} 已到场（${PROOFS[proof].zh}）`,
  }),
  resolved: ({ responder, note }) => ({
    en: `${responder} has resolved it${because(note).en}`,
    zh: `${responder} 处理完毕${because(note).zh}`,
  }),
  closed: ({ reason }) => ({ en: `Closed${because(reason).en}`, zh: `结案${because(reason).zh}` }),
  cancelled: ({ reason }) => ({ en: `Cancelled${because(reason).en}`, zh: `撤销${because(reason).zh}` }),
  noted: ({ text }) => ({ en: `Note: ${text}`, zh: `备注：${text}` }),
  clock: ({ term, verdict, reason }) => ({
    en: `The promise "${TERMS[term].en}" is ${VERDICTS[verdict].en}${because(reason).en}`,
    zh: `“${TERMS[term].zh}”承诺：${VERDICTS[verdict].zh}${because(reason).zh}`,
  }),
  adjusted: ({ term, verdict, reason }) => ({
    en: `Adjusted: "${TERMS[term].en}" counts as ${VERDICTS[verdict].en}${because(reason).en}`,
    zh: `“${TERMS[term].zh}”的判定更正为${VERDICTS[verdict].zh}${because(reason).zh}`,
  }),
  photo: ({ caption }) => ({ en: `Photo${because(caption).en}`, zh: `照片${because(caption).zh}` }),
  held: ({ text }) => ({ en: `Held back: ${text.en}`, zh: `暂缓通知：${text.zh}` }),
  unheld: ({ text }) => ({ en: `No longer held back: ${text.en}`, zh: `恢复通知：${text.zh}` }),
  gathered: ({ count, text }) => ({
    en: `Leads ${count} incidents: ${text.en}`,
    zh: `牵头 ${count} 起事件：${text.zh}`,
  }),
};
