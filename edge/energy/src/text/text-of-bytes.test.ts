import { expect, test } from 'vitest';
import { textOfBytes } from './text-of-bytes.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
/** 时间,用电量 as Chinese spreadsheets write it. */
const GBK = new Uint8Array(Buffer.from('cab1bce42cd3c3b5e7c1bf0a312c320a', 'hex'));
const little = (text: string) => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));

test.each([
  ['UTF-8', bytes('时间,用电量\n1,2\n'), 'utf-8'],
  ['UTF-8 with a mark', bytes('\uFEFF时间,用电量\n1,2\n'), 'utf-8'],
  ['GBK', GBK, 'gb18030'],
  ['UTF-16', little('时间,用电量\n1,2\n'), 'utf-16le'],
  ['UTF-16, big end first', new Uint8Array(Buffer.from(little('时间,用电量\n1,2\n')).swap16()), 'utf-16be'],
])('%s is read', (_, given, letters) => {
  expect(textOfBytes(given)).toEqual({ ok: true, text: '时间,用电量\n1,2\n', letters });
});

test.each([
  ['what none of them has', new Uint8Array([...bytes('a,b\n1,2\n'), 0xff, 0xff, 0x0a]), 3, 'no UTF-8'],
  [
    'a damaged line of UTF-8, which GB18030 would read as letters that nobody wrote',
    new Uint8Array([...bytes('名称,值\n水泵,1\n风'), 0xe6, 0x9c, ...bytes(',2\n电梯,3\n')]),
    3,
    'the rest of the file is UTF-8',
  ],
  ['half a letter of UTF-16', new Uint8Array([...little('a,b\n1,2\n'), 0x00, 0xd8, 0x0a, 0x00]), 3, 'no UTF-16'],
  ['UTF-16 without its mark', little('a,b\n').slice(2), 1, 'zero byte'],
])('%s is refused with its line', (_, given, line, reason) => {
  expect(textOfBytes(given)).toMatchObject({ ok: false, line, reason: expect.stringContaining(reason) });
});
