import { expect, test } from 'vitest';
import { readFrame } from './frame.ts';

function read(model: string, hex: string) {
  return readFrame(Uint8Array.fromHex(hex.replaceAll(' ', '')).toBase64(), model);
}

test.each([
  ['ws513', '0374 E600', { voltage: 230 }],
  ['ws515', '0374 8308', { voltage: 217.9 }],
  ['ws523', '0374 8308', { voltage: 217.9 }],
  ['ws513', '0967 FFFF', { temperature_sensor_status: 'read failed' }],
  ['ws513', '0967 FDFF', { temperature_sensor_status: 'over range alarm' }],
  ['ws513', '0967 2201', { temperature: 29 }],
  ['ws513', '9967 2201 0A00 03', { temperature: 29 }],
  ['em320-th', '0367 0180 0468 FF', { temperature_error: 'collection failed', humidity_error: 'collection failed' }],
  ['em320-th', '049A 9401 056B 01', { humidity: 40.4 }],
  ['em320-th', '049A FFFF', { humidity_error: 'collection failed' }],
  ['em320-th', '8367 3401 01 849A 9401 02 01755C', { battery: 92 }],
])('%s: %s', (model, hex, object) => {
  expect(read(model, hex)).toEqual({ object, problem: null });
});

test('the history of a pulse counter with a Hall sensor has no air: those bytes are empty', () => {
  const hex = '21CE F4 7F0B65 000000 01 02 01 0A00 0A00 0080EC44';
  expect(read('em300-di(hall)', hex)).toEqual({ object: {}, problem: null });
  expect(read('em300-di-hall', `${hex} 05C8 01000000 01755C`)).toEqual({ object: { battery: 92 }, problem: null });
  expect(read('em300-di', hex).object).toHaveProperty('history');
});

test('an entry of the history is as long as the model and its generation say', () => {
  const first = { timestamp: 1_665_561_758, temperature: 27.2, humidity: 46.5 };
  const second = { timestamp: 1_665_561_759, temperature: 27.3, humidity: 47 };
  const told = { object: { history: [first, second] }, problem: null };
  expect(read('em320-th', '20CE 9E744663 1001 5D 20CE 9F744663 1101 5E')).toEqual(told);
  expect(read('em300-th', '20CE 9E744663 1001 5D 00 20CE 9F744663 1101 5E 00')).toEqual(told);
  expect(read('em320-th', '20CE 9E744663 1001 D101 01 20CE 9F744663 1101 D601 06')).toEqual(told);
  const failed = {
    timestamp: 1_665_561_758,
    temperature_error: 'above the range',
    humidity_error: 'collection failed',
  };
  expect(read('em320-th', '20CE 9E744663 0380 FFFF 01')).toEqual({ object: { history: [failed] }, problem: null });
  expect(read('em320-th', '20CE 9E744663 1001 5D 01755C').object).toEqual({ history: [first], battery: 92 });
  expect(read('em320-th', '20CE 9E744663 1001 D1').problem).toBeNull();
  expect(read('em320-th', '20CE 9E744663 10').problem).toMatch(/cut/);
});
