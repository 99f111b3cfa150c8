import type { IndicatorName } from './scorecard.ts';
import type { Words } from './words.ts';

/** The indicators in plain words. */
export const NAMES: { readonly [name in IndicatorName]: Words } = {
  sla_breach_load: { en: 'Broken promises', zh: '违约负荷' },
  assign_p90: { en: 'Time to assign a technician', zh: '派单用时' },
  resolved_on_time: { en: 'Repairs done on time', zh: '按时修复率' },
  critical_downtime: { en: 'Downtime of critical equipment', zh: '关键设备停机' },
  repeat_failure: { en: 'Faults that come back', zh: '重复故障率' },
  planned_done_on_time: { en: 'Planned maintenance on time', zh: '计划保养按时率' },
  payment_delay: { en: 'Late payments', zh: '逾期付款占比' },
  complaint_response_p90: { en: 'Answering complaints', zh: '投诉答复用时' },
  complaint_closed_loop: { en: 'Complaints followed up', zh: '投诉闭环率' },
  nps_adj: { en: 'Recommendation (NPS)', zh: '净推荐值' },
  chat_negativity: { en: 'Mood in the chat', zh: '群聊情绪' },
  contact_gap: { en: 'Contact with decision-makers', zh: '决策人联系间隔' },
};
