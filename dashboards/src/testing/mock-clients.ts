import type { ClientEnergy, ClientSummary, Contract, RetentionReport, SlaReport } from '@keepsite/cloud-contract';
import { instantText, type Colour, type Incident, type Millis } from '@keepsite/edge-contract';

const DAY = 86_400_000;
const both = (en: string, zh: string): { en: string; zh: string } => ({ en, zh });

/** [name, unit, good, bad, weight, value, sentence en, sentence zh] */
type Line = readonly [string, string, number, number, number, number | null, string, string];

const LINES: readonly Line[] = [
  [
    'sla_breach_load',
    'points',
    0,
    6,
    13,
    3.4,
    'Two breached promises in 90 days, one of them with a trapped passenger.',
    '90 天内两次超时，其中一次为困人。',
  ],
  [
    'assign_p90',
    'ratio',
    0.5,
    1.5,
    8,
    0.8,
    'Nine of ten incidents had a name within 0.8 of the target.',
    '九成事件在目标时间的 0.8 倍内有人接单。',
  ],
  [
    'resolved_on_time',
    '%',
    98,
    85,
    9,
    93.1,
    '27 of 29 incidents were resolved on time.',
    '29 起事件中 27 起按时处理。',
  ],
  [
    'critical_downtime',
    'ratio',
    0,
    2,
    8,
    0.4,
    'Lifts stood still for 96 of 240 allowed minutes.',
    '电梯停运 96 分钟，合同允许 240 分钟。',
  ],
  ['repeat_failure', '%', 3, 15, 7, 11, 'Lift 3 failed again within 30 days, twice.', '3 号梯 30 天内两次重复故障。'],
  ['planned_done_on_time', '%', 98, 80, 6, 100, 'All 14 planned visits were on time.', '14 次计划维保全部按时完成。'],
  ['payment_delay', '%', 2, 20, 12, 4.2, '4.2 % of the invoiced amount is overdue.', '4.2% 的应收款已逾期。'],
  [
    'complaint_response_p90',
    'ratio',
    0.5,
    2,
    8,
    1.3,
    'One complaint waited 39 minutes; the target is 30.',
    '一件投诉等待 39 分钟，目标 30 分钟。',
  ],
  ['complaint_closed_loop', '%', 100, 80, 7, 92, '11 of 12 complaints were followed up.', '12 件投诉中 11 件已回访。'],
  ['nps_adj', 'points', 40, -10, 8, null, 'No survey in the last 365 days.', '近 365 天没有满意度调查。'],
  ['chat_negativity', 'z', 0, 3, 6, 0.9, 'Slightly more complaints in chat than usual.', '群聊负面消息略多于平时。'],
  ['contact_gap', 'days', 30, 120, 8, 71, 'The decision-maker was last met 71 days ago.', '上次拜访决策人在 71 天前。'],
];

const CLIENTS: readonly [string, string, string, ClientSummary['kind'], number, Colour, number, string, string][] = [
  [
    'yunqi-park',
    'Yunqi Park',
    '云栖园区',
    'commercial',
    62,
    'yellow',
    2_860_000,
    'SLA breaches and repeat failures of Lift 3 cost 12 points; renewal in 81 days.',
    '超时与 3 号梯重复故障共失 12 分；距续约 81 天。',
  ],
  [
    'nangang-dc',
    'Nangang Data Center',
    '南港数据中心',
    'data-center',
    88,
    'green',
    6_400_000,
    'Every promise of the last 90 days was kept.',
    '近 90 天所有承诺均达标。',
  ],
  [
    'tianhe-committee',
    'Tianhe owners’ committee',
    '天河业委会',
    'owners-committee',
    0,
    'grey',
    940_000,
    'Fewer than 60 % of the indicators are known; a colour would be a guess.',
    '已知指标不足 60%，不给出颜色。',
  ],
];

/** `GET /api/clients`, worst first. */
export function summaries(now: Millis, open: readonly Incident[]): ClientSummary[] {
  return CLIENTS.map(([id, en, zh, kind, score, colour, annualValue, reasonEn, reasonZh], index) => ({
    id,
    name: both(en, zh),
    kind,
    since: '2021-04-01',
    officer: index === 1 ? 'Liu Yang 刘洋' : 'Zhao Min 赵敏',
    sites: [],
    score: colour === 'grey' ? null : score,
    colour,
    colourReason: both(reasonEn, reasonZh),
    attainment: [0.9333, 1, null][index] ?? null,
    openIncidents: open.filter((incident) => incident.clients.includes(id)).length,
    contractEnds: instantText(now + (81 + index * 140) * DAY).slice(0, 10),
    annualValue,
  }));
}

export function contractOf(client: string, now: Millis): Contract {
  return {
    id: `c-${client}`,
    client,
    version: 2,
    from: '2024-01-01',
    to: instantText(now + 81 * DAY).slice(0, 10),
    annualValue: 2_860_000,
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    terms: [{ term: 'on_site', targetSeconds: 420, attainmentTarget: 0.95 }],
    downtimeAllowanceMinutes: 240,
  };
}

export function retentionOf(client: string, now: Millis, incidents: readonly Incident[]): RetentionReport {
  const known = LINES.filter((line) => line[5] !== null).reduce((sum, line) => sum + line[4], 0);
  const indicators = LINES.map(([name, unit, good, bad, weight, value, en, zh], index) => {
    const share = value === null ? null : Math.min(1, Math.max(0, (value - good) / (bad - good)));
    const asOf = value === null ? null : instantText(now - (index === 8 ? 60 : 1) * DAY);
    return {
      name,
      unit,
      good,
      bad,
      weight,
      value,
      pointsLost: share === null ? null : (100 * weight * share) / known,
      asOf,
      sentence: both(en, zh),
    };
  });
  const lost = indicators.reduce((sum, one) => sum + (one.pointsLost ?? 0), 0);
  const worst = indicators.toSorted((a, b) => (b.pointsLost ?? 0) - (a.pointsLost ?? 0));
  return {
    client,
    score: 100 - lost,
    smoothed: 100 - lost + 3,
    colour: 'yellow',
    colourReason: both(
      'Score below 70 for two days: SLA breaches and repeat failures of Lift 3 cost 12 points.',
      '评分连续两天低于 70：超时与 3 号梯重复故障共失 12 分。',
    ),
    coverage: known / 100,
    low: 100 - lost - 6,
    high: 100 - lost + 4,
    asOf: instantText(now - 3_600_000),
    weightsVersion: 'keepsite-12/1',
    indicators,
    incidents: incidents.slice(0, 2).map((incident, index) => ({
      id: incident.id,
      pointsLost: 3.03 - index * 1.4,
      approximate: index === 1,
      byIndicator: { sla_breach_load: 2.1 - index, repeat_failure: 0.93 },
      sentence: both(
        'Passenger trapped in Lift 3: the crew came after 22:00 against a promise of 07:00.',
        '3 号梯困人：承诺 7 分钟到场，实际 22 分钟。',
      ),
    })),
    mend: worst.slice(0, 3).map((one) => ({
      name: one.name,
      points: one.pointsLost ?? 0,
      sentence: both('Thirty days without a breach would win most of it back.', '三十天内无超时即可挽回大部分失分。'),
    })),
    history: Array.from({ length: 90 }, (_, index) => {
      const score = 84 - index * 0.24 + 4 * Math.sin(index / 5) - (index > 70 ? 6 : 0);
      const colour: Colour = index < 12 ? 'grey' : index > 68 ? 'yellow' : 'green';
      return {
        at: instantText(now - (89 - index) * DAY),
        score: index > 30 && index < 34 ? null : score,
        smoothed: 83 - index * 0.22 + 2 * Math.sin((index - 3) / 6) - Math.max(0, Math.min(5, (index - 70) / 3)),
        colour,
        reason: both(
          colour === 'yellow' ? 'Score below 70 on two days.' : 'Enough is known, and the score is above 70.',
          colour === 'yellow' ? '连续两天低于 70。' : '已知指标足够，评分高于 70。',
        ),
      };
    }),
  };
}

export function slaOf(client: string, period: string, now: Millis, incidents: readonly Incident[]): SlaReport {
  const current = instantText(now).startsWith(period);
  const term = (
    name: 'acknowledge' | 'on_site' | 'resolve',
    targetSeconds: number,
    breached: number,
  ): SlaReport['terms'][number] => ({
    term: name,
    targetSeconds,
    met: 14,
    breached,
    excluded: 1,
    unknown: current ? 1 : 0,
    running: current ? 2 : 0,
    attainment: 14 / (14 + breached),
    seconds: { p50: targetSeconds * 0.55, p95: targetSeconds * 0.97 },
  });
  return {
    client,
    contract: `c-${client}`,
    contractVersion: 2,
    period,
    from: instantText(now - 20 * DAY),
    to: instantText(now + 10 * DAY),
    closed: !current,
    terms: [term('acknowledge', 60, 0), term('on_site', 420, current ? 1 : 2), term('resolve', 3600, 0)],
    incidents: incidents.map((incident) => ({
      id: incident.id,
      openedAt: incident.openedAt,
      asset: incident.asset,
      fault: incident.fault,
      severity: incident.severity,
      verdicts: Object.fromEntries(incident.clocks.map((clock) => [clock.term, clock.verdict])),
      simulated: true,
    })),
  };
}

export function energyOf(client: string, now: Millis): ClientEnergy {
  return {
    client,
    days: Array.from({ length: 42 }, (_, index) => {
      const at = now - (41 - index) * DAY;
      const weekend = [0, 6].includes(new Date(at).getUTCDay());
      const usualKwh = (weekend ? 5200 : 9100) + 200 * Math.sin(index);
      const gap = index === 17 || index === 18;
      return {
        day: instantText(at).slice(0, 10),
        asset: 'yunqi-chiller',
        kwh: gap ? null : usualKwh * (index > 24 ? 0.87 : 1.01) + 250 * Math.sin(index * 3),
        usualKwh: index < 8 ? null : usualKwh,
        peakKw: 610,
        nightShare: 0.23,
        coverage: gap ? 0.4 : 1,
      };
    }),
  };
}
