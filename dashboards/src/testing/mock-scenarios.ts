import type { Scenario } from '../api/simulator.ts';

const both = (en: string, zh: string): { en: string; zh: string } => ({ en, zh });
const lifts = [
  { id: 'yunqi-a-lift-1', name: both('Lift 1, Tower A', 'A 座 1 号梯'), site: 'yunqi' },
  { id: 'yunqi-a-lift-3', name: both('Lift 3, Tower A', 'A 座 3 号梯'), site: 'yunqi' },
];

/** What the mock's simulator tells. */
export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'trapped-passenger',
    name: both('A passenger is trapped', '电梯困人'),
    story: both('The lift stops between floors with somebody inside.', '电梯在两层之间停住，轿厢内有人。'),
    expected: both(
      'A critical incident within 2 s; the crew is paged at once; 07:00 starts counting.',
      '2 秒内出现紧急事件，立即呼叫维修队，7 分钟开始倒计时。',
    ),
    assets: lifts,
    running: false,
  },
  {
    id: 'flooded-pump-room',
    name: both('The pump room floods', '水浸泵房'),
    story: both(
      'Rain backs up: a leak sensor, then the float switch, then the pump gives up.',
      '暴雨倒灌：先是漏水传感器，再是浮球，最后水泵停机。',
    ),
    expected: both('One incident, not three; severity rises with the water.', '只有一个事件，级别随水位上升。'),
    assets: [],
    running: false,
  },
  {
    id: 'night-waste',
    name: both('Lights on all night', '彻夜灯火'),
    story: both('The office park uses as much at 03:00 as at noon.', '园区凌晨三点的用电与中午相当。'),
    expected: both('A minor incident without a clock.', '次要事件，不计时。'),
    assets: [],
    running: true,
  },
];
