import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { CRM_KINDS } from '@keepsite/cloud-contract';
import { parseCsv, typedRows } from './csv.ts';

test('quotes, doubled quotes, commas, line breaks and a byte order mark are read as RFC 4180 says', () => {
  const text = '\uFEFFid,topic\r\n1,"a ""quoted"", long\r\ntopic"\r\n2,\r\n\r\n';

  expect(parseCsv(text)?.rows).toEqual([
    { id: '1', topic: 'a "quoted", long\r\ntopic' },
    { id: '2', topic: '' },
  ]);
});

test('whatever is written with quotes is read back', () => {
  const cell = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r\n', '\r', 'a', '水', ' '), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
      const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
      const text = ['a,b', ...rows.map((row) => row.map(quoted).join(','))].join('\n');
      const kept = rows.filter((row) => row.some((each) => each !== '')).map(([a, b]) => ({ a, b }));
      expect(parseCsv(text)?.rows).toEqual(kept);
    }),
  );
});

test('a quote that is never closed, text after a quote, and a row longer than its header are no CSV', () => {
  for (const text of ['a,b\n"1,2', 'a,b\n"1"x,2', 'a\n1,2']) expect(parseCsv(text), text).toBe(null);
});

// Two million characters that were looked at again and again would take hours.
test('a long unclosed quote is refused, and read once', () => {
  expect(parseCsv(`a\n"${'x'.repeat(2_000_000)}`)).toBe(null);
});

test('cells become what the schema asks for, and an empty cell is absent', () => {
  const row = {
    id: 'c',
    receivedAt: '2026-03-02T08:00:00.000Z',
    urgent: '是',
    topic: '007',
    respondedAt: '',
    reopened: 'no',
  };
  const typed = (given: Record<string, string>, schema: z.ZodObject, separator: ',' | ';' = ',') =>
    typedRows({ separator, rows: [given] }, schema)[0];
  const complaint = CRM_KINDS.complaints.parse(typed(row, CRM_KINDS.complaints));

  expect(complaint).toMatchObject({ urgent: true, topic: '007', respondedAt: null, reopened: false });
  expect(typed({ id: 's', nps: '9' }, CRM_KINDS.surveys)).toEqual({ id: 's', nps: 9 });
  expect(typed({ id: 's', nps: 'nine' }, CRM_KINDS.surveys)).toEqual({ id: 's', nps: 'nine' });
  expect(typed({ id: 's', amount: '1,5' }, CRM_KINDS.invoices)).toEqual({ id: 's', amount: '1,5' });
  expect(typed({ id: 's', amount: '1,5' }, CRM_KINDS.invoices, ';')).toEqual({ id: 's', amount: 1.5 });
});
