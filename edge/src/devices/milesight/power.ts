import {
  currentOfAlarm,
  i16,
  measured,
  nothing,
  u16,
  u32,
  u8,
  value,
  words,
  type Channel,
  type Entry,
} from './channels.ts';

/** The same of clamps and of wall sockets. */
const FAILURES = new Map([
  [0xffff, 'read failed'],
  [0xfffd, 'over range alarm'],
]);
const temperature = measured('temperature', 'temperature_sensor_status', i16, 10, FAILURES);

const CLAMP_COMMON: readonly Entry[] = [
  [0x0967, temperature],
  [0x8967, value('temperature', i16, 10, 1)],
  [0x1375, nothing(1)],
];

export const ONE_CLAMP: readonly Entry[] = [
  ...CLAMP_COMMON,
  [
    0x0397,
    {
      bytes: 4,
      read: (view, at, reading) => {
        reading['total_current'] = u32(view, at) / 100;
      },
    },
  ],
  [0x0498, measured('current', 'current_sensor_status', u16, 100, FAILURES)],
  [0x1063, value('ch1_sumkwh', u32, 100)],
  [0x8498, currentOfAlarm('current', 100)],
];

export const THREE_CLAMPS: readonly Entry[] = [
  ...CLAMP_COMMON,
  ...[1, 2, 3].flatMap((clamp): Entry[] => {
    const name = `current_chn${clamp}`;
    const place = 2 * clamp;
    return [
      [((place + 1) << 8) | 0x97, nothing(4)],
      [((place + 2) << 8) | 0x99, measured(name, `${name}_sensor_status`, u16, 10, FAILURES)],
      [((place + 0x82) << 8) | 0x99, currentOfAlarm(name, 10)],
      [((0x0f + clamp) << 8) | 0x63, value(`ch${clamp}_sumkwh`, u32, 100)],
    ];
  }),
];

export const SOCKET: readonly Entry[] = [
  [0x0374, value('voltage', u16, 10)],
  [0x0480, value('active_power', u32)],
  [0x0581, value('power_factor', u8)],
  [0x0683, value('power_consumption', u32)],
  [0x07c9, value('current', u16)],
  [0x0870, words('socket_status', ['off', 'on'])],
];

/** No mains have more; tenths of a volt begin above it. */
const HIGHEST_V = 500;

/** Tenths of a volt; whole volts of version 3 (codecs ws513-v3 and ws515-v3). */
const mains: Channel = {
  bytes: 2,
  read: (view, at, reading) => {
    const raw = u16(view, at);
    reading['voltage'] = raw <= HIGHEST_V ? raw : raw / 10;
  },
};

/**
 * Two generations under one name. They count energy in different units under one channel: it is
 * left to the codec.
 */
export const WALL_SOCKET: readonly Entry[] = [
  ...SOCKET,
  [0x0374, mains],
  [0x0683, nothing(4)],
  [0x0967, temperature],
  [0x8967, value('temperature', i16, 10, 1)],
  [0x9967, value('temperature', i16, 10, 3)],
  [0x87c9, nothing(3)],
  [0x8829, nothing(1)],
  ...[0xb374, 0xb480, 0xb581, 0xb683, 0xb7c9].map((code): Entry => [code, nothing(1)]),
];
