import type { Fault } from '@keepsite/edge-contract';
import type { Action } from '../live/plant.ts';
import type { Name } from '../world/specs.ts';
import type { World } from '../world/world.ts';

/** One thing that happens, seconds of simulated time after the story began. */
export interface Step {
  readonly afterSeconds: number;
  readonly action: Action;
}

/** A story in the words of devices. It ends when its incident is resolved, or after `lastsSeconds`. */
export interface Scenario {
  readonly id: string;
  readonly name: Name;
  readonly story: Name;
  readonly expected: Name;
  /** The faults by which its incident is known; the first is what the story is about. */
  readonly faults: readonly [Fault, ...Fault[]];
  readonly assets: (world: World) => readonly string[];
  /** Further assets on which the same story may raise incidents. */
  readonly related: (world: World, asset: string) => readonly string[];
  readonly steps: readonly Step[];
  /** What sets things right again. */
  readonly heal: readonly Action[];
  readonly lastsSeconds: number;
}

const none = () => [];

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'trapped-passenger',
    name: { en: 'Trapped passenger', zh: '电梯困人' },
    story: {
      en: 'The car stops between two floors with its doors shut and people inside. The monitor in the car reports the fault, the controller shows a car that is occupied and does not move.',
      zh: '轿厢停在两层之间,门关着,里面有人。轿厢监测仪上报故障,控制柜数据显示轿厢有人且不动。',
    },
    expected: {
      en: 'A critical incident opens at once, the crew is paged and seven minutes run. When the crew resolves it the doors open and the monitor reports the end.',
      zh: '立即产生严重事件,呼叫班组,七分钟开始计时。班组处理完成后门打开,监测仪上报故障结束。',
    },
    faults: ['entrapment', 'stopped_outside_door_zone', 'passenger_alarm'],
    assets: (world) =>
      first(
        'bj-lift-3',
        world.elevators.map((each) => each.asset),
      ),
    related: none,
    steps: [{ afterSeconds: 0, action: { kind: 'trap' } }],
    heal: [{ kind: 'release' }],
    lastsSeconds: 4 * 3600,
  },
  {
    id: 'rainstorm-backflow',
    name: { en: 'Rainstorm, water flows back', zh: '暴雨倒灌' },
    story: {
      en: 'A cloudburst of 80 mm an hour runs into the sump of the garage ramp while its pump is blocked: it runs, draws a third of its power and moves nothing. The level climbs.',
      zh: '每小时80毫米的暴雨涌入车库坡道集水坑,水泵堵塞:空转、功率只有三分之一,水位不断上升。',
    },
    expected: {
      en: 'The rising level pages the crew before the critical mark is reached, then the level and the failed pump are reported as well. When the crew resolves it the rain is over, the pump works and the sump is pumped down.',
      zh: '水位到达警戒线之前就呼叫班组,随后上报高水位与水泵失效。班组处理完成后雨停、水泵恢复、积水排空。',
    },
    faults: ['level_rising', 'level_high', 'pump_failed'],
    assets: (world) =>
      first(
        'bj-sump-1',
        world.sumps.map((each) => each.asset),
      ),
    related: (world, asset) => world.sumps.filter((each) => each.asset === asset).map((each) => each.pump),
    steps: [
      { afterSeconds: 0, action: { kind: 'pump', works: false } },
      { afterSeconds: 0, action: { kind: 'rain', mmPerHour: 80 } },
    ],
    heal: [{ kind: 'rain', mmPerHour: 0 }, { kind: 'pump', works: true }, { kind: 'drain' }],
    lastsSeconds: 2 * 3600,
  },
  {
    id: 'night-waste',
    name: { en: 'Waste at night', zh: '夜间能耗浪费' },
    story: {
      en: 'Somebody left a whole building running: air handling, lighting, heaters. As much as the busiest hour of the day is added to its meter, whatever the hour.',
      zh: '有人忘记关闭整栋楼的空调机组、照明与电加热:电表上多出相当于日间峰值的负荷,昼夜不停。',
    },
    expected: {
      en: 'Within a quarter of an hour the demand runs towards and over the contract: a warning, which pages nobody. Between 22:00 and 06:00, once the edge has known the meter for two weeks, the waste at night is reported as such, with the watts above the usual.',
      zh: '一刻钟内需量逼近并超过合同值:仅作预警,不呼叫人员。22:00至次日06:00之间,边缘网关掌握该表两周数据之后,还会上报夜间能耗浪费及超出往常的功率。',
    },
    faults: ['demand_peak', 'night_waste', 'overconsumption'],
    assets: (world) =>
      first(
        'bj-b-meter',
        world.meters.filter((each) => each.kind === 'office').map((each) => each.asset),
      ),
    related: none,
    steps: [{ afterSeconds: 0, action: { kind: 'extra_load', shareOfPeak: 1.05 } }],
    heal: [{ kind: 'extra_load', shareOfPeak: 0 }],
    lastsSeconds: 12 * 3600,
  },
  {
    id: 'sensor-goes-silent',
    name: { en: 'A sensor goes silent', zh: '传感器失联' },
    story: {
      en: 'The water sensor under the raised floor stops speaking, without a farewell: a flat battery or a cut cable.',
      zh: '活动地板下的漏水传感器不再发送数据,也没有离线通知:电池耗尽或线缆被剪断。',
    },
    expected: {
      en: 'After its longest normal silence the sensor is shown as unknown, never as dry, and the silence itself is reported. When it speaks again the condition clears.',
      zh: '超过正常静默时间后显示为未知而不是“干燥”,并上报失联本身。恢复发送后状态解除。',
    },
    faults: ['no_data'],
    assets: (world) =>
      first(
        'dc-floor-1',
        world.leaks.map((each) => each.asset),
      ),
    related: none,
    steps: [{ afterSeconds: 0, action: { kind: 'mute', muted: true } }],
    heal: [{ kind: 'mute', muted: false }],
    lastsSeconds: 4 * 3600,
  },
];

/** The list with its usual choice in front. */
function first(usual: string, assets: readonly string[]): string[] {
  return assets.includes(usual) ? [usual, ...assets.filter((asset) => asset !== usual)] : [...assets];
}
