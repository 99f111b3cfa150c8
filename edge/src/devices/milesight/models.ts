import { f16, history, i16, measured, nothing, u16, u8, value, words, type Channel, type Entry } from './channels.ts';
import { EM320_TH } from './em320-th.ts';
import { ONE_CLAMP, SOCKET, THREE_CLAMPS, WALL_SOCKET } from './power.ts';

type Channels = ReadonlyMap<number, Channel>;

const temperature = value('temperature', i16, 10);
const humidity = value('humidity', u8, 2);
const leak = words('leakage_status', ['normal', 'leak']);
const magnet = words('magnet_status', ['close', 'open']);
const position = words('position', ['normal', 'tilt']);
const distance = value('distance', u16);
const distanceWithAlarm = value('distance', u16, 1, 1);
const temperatureWithAlarm = value('temperature', i16, 10, 1);
const COLLECTION = new Map([
  [0xffff, 'collection failed'],
  [0xfffd, 'out of range'],
]);
const depth = measured('depth', 'depth_error', u16, 1, COLLECTION);
const soil = measured('temperature', 'temperature_error', i16, 10, COLLECTION);
const TARGET = new Map([
  [0xfffd, 'no target'],
  [0xffff, 'sensor exception'],
  [0xfffe, 'disabled'],
]);
const radar = measured('distance', 'distance_sensor_status', i16, 1, TARGET);
const radarTemperature = measured('temperature', 'temperature_sensor_status', i16, 10, TARGET);
const BATTERY: Entry = [0x0175, value('battery', u8)];
const AIR: readonly Entry[] = [BATTERY, [0x0367, temperature], [0x0468, humidity]];

/** The device about itself: versions, serial number, class, reset, switched on. */
const ABOUT: readonly Entry[] = [
  [0xff01, nothing(1)],
  [0xff08, nothing(6)],
  [0xff09, nothing(2)],
  [0xff0a, nothing(2)],
  [0xff0b, nothing(1)],
  [0xff0f, nothing(1)],
  [0xff16, nothing(8)],
  [0xfffe, nothing(1)],
  [0xffff, nothing(2)],
];

const WATER_ALARMS = [
  '',
  'water outage timeout alarm',
  'water outage timeout alarm release',
  'water flow timeout alarm',
  'water flow timeout alarm release',
] as const;

const COUNTER: readonly Entry[] = [
  BATTERY,
  [0x0500, nothing(1)],
  [0x05c8, nothing(4)],
  [0x05e1, nothing(8)],
  [0x8500, nothing(2)],
  [
    0x85e1,
    {
      bytes: 9,
      read: (view, at, reading) => {
        reading['water_alarm'] = WATER_ALARMS[u8(view, at + 8)] ?? '';
      },
    },
  ],
];

const PULSES: readonly Entry[] = [
  ...AIR,
  ...COUNTER,
  [0x06e1, nothing(8)],
  [0x20ce, history(13, [4, temperature], [6, humidity])],
  [0x21ce, history(18, [4, temperature], [6, humidity])],
];

const EM400: readonly Entry[] = [
  BATTERY,
  [0x0367, temperature],
  [0x0482, distance],
  [0x0500, position],
  [0x0688, nothing(9)],
  [0x8367, temperatureWithAlarm],
  [0x8482, distanceWithAlarm],
];

const EXCEPTIONS = ['blind alarm release', 'blind alarm', 'no target', 'sensor exception'] as const;

const EM410: readonly Entry[] = [
  BATTERY,
  [0x0367, radarTemperature],
  [0x0482, radar],
  [0x0500, position],
  [0x06c7, nothing(2)],
  [0x8482, value('distance', i16, 1, 1)],
  [0x9482, value('distance', i16, 1, 3)],
  [
    0xb482,
    {
      bytes: 3,
      read: (view, at, reading) => {
        reading['distance_exception'] = EXCEPTIONS[u8(view, at + 2)] ?? 'unknown';
      },
    },
  ],
  [0x20ce, history(11, [4, radar], [6, radarTemperature])],
];

const MUTATION = value('temperature', i16, 10, 3);

/** Inputs mean what the site has wired; only the probes mean degrees. */
const UC300: readonly Entry[] = [
  BATTERY,
  ...[3, 4, 5, 6].flatMap((input): Entry[] => [
    [input << 8, nothing(1)],
    [(input << 8) | 0xc8, nothing(4)],
  ]),
  [0x0701, nothing(1)],
  [0x0801, nothing(1)],
  ...[1, 2].flatMap((probe): Entry[] => [
    [((8 + probe) << 8) | 0x67, value(`pt100_${probe}`, i16, 10)],
    [((8 + probe) << 8) | 0xe2, value(`pt100_${probe}`, f16, 1, 6)],
  ]),
  ...[0x0b, 0x0c, 0x0d, 0x0e].flatMap((input): Entry[] => [
    [(input << 8) | 0x02, nothing(4)],
    [(input << 8) | 0xe2, nothing(8)],
  ]),
  [0xff15, nothing(1)],
  [0xff19, nothing((view, at) => (at + 1 < view.byteLength ? 3 + u8(view, at + 1) : 3))],
];

const UC50X: readonly Entry[] = [
  BATTERY,
  ...[3, 4].flatMap((input): Entry[] => [
    [input << 8, nothing(1)],
    [(input << 8) | 0x01, nothing(1)],
    [(input << 8) | 0xc8, nothing(4)],
  ]),
  ...[5, 6].flatMap((input): Entry[] => [
    [(input << 8) | 0x02, nothing(8)],
    [(input << 8) | 0xe2, nothing(8)],
    [((input | 0x80) << 8) | 0xe2, nothing(9)],
  ]),
  [0x08db, nothing(37)],
  [0x20dc, nothing(22)],
  [0xff14, nothing(1)],
  [0xff15, nothing(1)],
];

const WATER: readonly Entry[] = [
  ...AIR,
  [0x0500, leak],
  [0x20ce, history(8, [4, temperature], [6, humidity], [7, leak])],
];

/** By model; the vendor's README of each lists its channels. */
const MODELS: readonly (readonly [model: RegExp, entries: readonly Entry[]])[] = [
  [/\bem300[-_ ]?(?:sld|zld)/, WATER],
  [/\bem300[-_ ]?mld/, [BATTERY, [0x0500, leak], [0x0600, leak], [0x20ce, history(8, [7, leak])]]],
  [/\bem300[-_ ]?mcs/, [...AIR, [0x0600, magnet], [0x20ce, history(8, [4, temperature], [6, humidity], [7, magnet])]]],
  // It measures no air: the places for it in its history are empty.
  [/\bem300[-_ ]?di.{0,2}hall/, [...COUNTER, [0x21ce, nothing(18)]]],
  [/\bem300[-_ ]?di/, PULSES],
  [/\bem300[-_ ]?cl/, [BATTERY, [0x03ed, nothing(1)], [0x04ee, nothing(1)], [0x83ed, nothing(2)]]],
  [/\bem300[-_ ]?th/, [...AIR, [0x20ce, history(8, [4, temperature], [6, humidity])]]],
  [/\bem320[-_ ]?th/, [BATTERY, ...EM320_TH]],
  [/\bem310[-_ ]?udl/, [BATTERY, [0x0382, distance], [0x0400, position]]],
  [/\bem3[12]0[-_ ]?tilt/, [BATTERY, [0x03cf, nothing(7)]]],
  [/\bem400[-_ ]?(?:mud|tld|udl)/, EM400],
  [/\bem410/, EM410],
  [/\bem500[-_ ]?swl/, [BATTERY, [0x0377, depth], [0xff1b, nothing(5)], [0x20ce, history(6, [4, depth])]]],
  [/\bem500[-_ ]?udl/, [BATTERY, [0x0382, distance], [0x83e9, nothing(5)], [0x20ce, history(6, [4, distance])]]],
  [
    /\bem500[-_ ]?pt100/,
    [BATTERY, [0x0367, temperature], [0x83d7, MUTATION], [0xff1b, nothing(5)], [0x20ce, history(6, [4, temperature])]],
  ],
  [/\bem500[-_ ]?pp/, [BATTERY, [0x037b, nothing(2)], [0x20ce, nothing(6)]]],
  [/\bem500[-_ ]?lgt/, [BATTERY, [0x0394, nothing(4)], [0x20ce, nothing(8)]]],
  [
    /\bem500[-_ ]?co2/,
    [
      ...AIR,
      [0x057d, nothing(2)],
      [0x0673, nothing(2)],
      [0x83d7, MUTATION],
      [0x20ce, history(11, [8, temperature], [10, humidity])],
    ],
  ],
  [
    /\bem500[-_ ]?smt/,
    [
      BATTERY,
      [0x0367, soil],
      [0x0468, nothing(1)],
      [0x04ca, nothing(2)],
      [0x057f, nothing(2)],
      [0x83d7, MUTATION],
      [0x20ce, history(10, [6, soil])],
    ],
  ],
  [/\bct10[135]/, ONE_CLAMP],
  [/\bct3(?:0[35]|10)/, THREE_CLAMPS],
  [/\bws52\d/, SOCKET],
  [/\bws51\d/, WALL_SOCKET],
  [/\bws303/, [BATTERY, [0x0300, leak]]],
  [/\bws301/, [BATTERY, [0x0300, magnet], [0x0400, words('tamper_status', ['installed', 'uninstalled'])]]],
  [/\bws202/, [BATTERY, [0x0300, words('pir', ['normal', 'trigger'])], [0x0400, nothing(1)]]],
  [/\buc300/, UC300],
  [/\buc50[12]/, UC50X],
];

const TABLES: readonly (readonly [model: RegExp, channels: Channels])[] = MODELS.map(([model, entries]) => [
  model,
  new Map([...ABOUT, ...entries]),
]);

/** The channels of a model, by its name in small letters; undefined for a model nobody knows. */
export function channelsOf(model: string): Channels | undefined {
  return TABLES.find(([name]) => name.test(model))?.[1];
}
