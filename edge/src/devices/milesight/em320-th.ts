import { history, i16, measured, nothing, u16, u8, type Channel, type Entry } from './channels.ts';

const TEMPERATURE_FAILURES = new Map([
  [0x8001, 'collection failed'],
  [0x8002, 'below the range'],
  [0x8003, 'above the range'],
]);
const temperature = measured('temperature', 'temperature_error', i16, 10, TEMPERATURE_FAILURES);
const halves = measured('humidity', 'humidity_error', u8, 2, new Map([[0xff, 'collection failed']]));
const tenths = measured('humidity', 'humidity_error', u16, 10, new Map([[0xffff, 'collection failed']]));

const SHORT = 7;
const LONG = 9;
const first = history(SHORT, [4, temperature], [6, halves]);
const second = history(LONG, [4, temperature], [6, tenths]);
/** What may follow a short entry; in a long one the humidity's high byte and a small number stand there. */
const FOLLOWERS = new Set([0x20ce, 0x0175, 0x0367, 0x0468]);

function isShort(view: DataView, at: number): boolean {
  const end = at + SHORT;
  return end >= view.byteLength || (end + 2 <= view.byteLength && FOLLOWERS.has(view.getUint16(end)));
}

/** The second generation's entries are longer under the same channel. */
const entry: Channel = {
  bytes: (view, at) => (isShort(view, at) ? SHORT : LONG),
  read: (view, at, reading) => (isShort(view, at) ? first : second).read?.(view, at, reading),
};

/**
 * Both generations of EM320-TH but for the battery; the second has tenths of a percent and words for
 * failures. Source: the vendor's codecs em320-th and em320-th-v2.
 */
export const EM320_TH: readonly Entry[] = [
  [0x0367, temperature],
  [0x0468, halves],
  [0x049a, tenths],
  [0x056b, nothing(1)],
  [0x059c, nothing(1)],
  [0x8367, nothing(3)],
  [0x8468, nothing(2)],
  [0x849a, nothing(3)],
  [0x9367, nothing(5)],
  [0x9468, nothing(3)],
  [0x949a, nothing(5)],
  [0x20ce, entry],
];
