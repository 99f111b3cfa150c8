import type { Content, TableCell, TableLines } from '../../pdf/document.ts';

export const INK = {
  text: '#1c2733',
  dim: '#5b6b7b',
  line: '#d7dee6',
  fill: '#f2f5f8',
  actual: '#1f6f8b',
  expected: '#b3541e',
  low: '#e6eff3',
};

export function heading(text: string): Content {
  return { text, bold: true, fontSize: 12, color: INK.actual, margin: [0, 14, 0, 4], headlineLevel: 1 };
}

export function subheading(text: string): Content {
  return { text, bold: true, margin: [0, 6, 0, 2] };
}

/** A subheading and what belongs to it, kept together. */
export function block(title: string, ...content: Content[]): Content {
  return { stack: [subheading(title), ...content], unbreakable: true };
}

export function note(text: string): Content {
  return { text, color: INK.dim, fontSize: 8, margin: [0, 2, 0, 2] };
}

export function list(items: readonly string[]): Content {
  return { ul: [...items], margin: [0, 0, 0, 4] };
}

/** Names and values beside each other. */
export function facts(rows: readonly (readonly [name: string, value: string])[]): Content {
  return {
    table: {
      widths: [170, '*'],
      body: rows.map(([name, value]): TableCell[] => [{ text: name, color: INK.dim }, value]),
    },
    layout: 'noBorders',
    margin: [0, 0, 0, 4],
  };
}

/** A table with a header that is repeated on each page; every column but the named ones stands to the right. */
export function grid(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { left = [0], widths }: { readonly left?: readonly number[]; readonly widths?: readonly (string | number)[] } = {},
): Content {
  const cell = (text: string, column: number): TableCell => ({
    text,
    alignment: left.includes(column) ? 'left' : 'right',
    fontSize: 8,
  });
  return {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: [...(widths ?? header.map((_, column) => (column === 0 ? '*' : 'auto')))],
      body: [
        header.map((text, column): TableCell => ({ ...(cell(text, column) as object), bold: true, color: INK.dim })),
        ...rows.map((row) => row.map(cell)),
      ],
    },
    layout: {
      hLineWidth: (line: number, { table }: TableLines) => (line === 0 || line === table.body.length ? 0 : 0.5),
      vLineWidth: () => 0,
      hLineColor: () => INK.line,
      paddingTop: () => 2,
      paddingBottom: () => 2,
    },
    margin: [0, 2, 0, 6],
  };
}
