import type {
  EnergyBlock,
  EnergyFacts,
  EnergyPart,
  EnergySection,
  EnergyTable,
  Signature,
} from '@keepsite/cloud-contract/energy-view';
import type { Content, TableCell, TableLines } from '../../pdf/document.ts';
import { INK } from './ink.ts';

/** What may run over pages: its heading does not hold it together. */
const LONG: ReadonlySet<EnergyBlock['kind']> = new Set(['table', 'events']);

/** A part as content of a PDF; its `charts` are drawn where they belong. */
export function setPart({ title, blocks }: EnergyPart, charts: readonly Content[]): Content[] {
  return setBlocks(blocks, charts, [heading(title)]);
}

/** Blocks under their headings, which stay with what comes first. */
function setBlocks(
  blocks: readonly EnergyBlock[],
  charts: readonly Content[],
  headings: readonly Content[],
): Content[] {
  return blocks.flatMap((block, i) => {
    const above = i === 0 ? headings : [];
    if (block.kind === 'section') {
      const all = [...above, subheading(block.title)];
      return block.isLong ? [...all, ...setBlocks(block.blocks, charts, [])] : setBlocks(block.blocks, charts, all);
    }
    const [first = '', ...others] = setBlock(block, charts);
    const stays = above.length > 0 && !LONG.has(block.kind);
    return [...(stays ? [together(...above, first)] : [...above, first]), ...others];
  });
}

function setBlock(block: Exclude<EnergyBlock, EnergySection>, charts: readonly Content[]): readonly Content[] {
  switch (block.kind) {
    case 'verdict':
      return [verdict(block)];
    case 'text':
      return [{ text: block.text }];
    case 'note':
    case 'command':
      return [note(block.text)];
    case 'facts':
      return [facts(block.facts)];
    case 'list':
      return [{ ul: [...block.lines], margin: [0, 0, 0, 4] }];
    case 'table':
    case 'events':
      return [grid(block.table)];
    case 'charts':
      return charts;
    case 'signatures':
      return [signatures(block.people)];
  }
}

/** Contents that one page holds. */
export function together(...content: readonly Content[]): Content {
  return { stack: content, unbreakable: true };
}

function heading(text: string): Content {
  return { text, bold: true, fontSize: 12, color: INK.actual, margin: [0, 14, 0, 4], headlineLevel: 1 };
}

export function subheading(text: string): Content {
  return { text, bold: true, margin: [0, 6, 0, 2] };
}

function note(text: string): Content {
  return { text, color: INK.dim, fontSize: 8, margin: [0, 2, 0, 2] };
}

/** The result in a frame with a bar at its side. */
function verdict({ isGood, title, text }: Extract<EnergyBlock, { kind: 'verdict' }>): Content {
  const said = {
    stack: [
      { text: title, bold: true, fontSize: 13 },
      { text, margin: [0, 3, 0, 0] },
    ],
  };
  return {
    table: { widths: ['*'], body: [[said]] },
    layout: {
      hLineWidth: () => 0,
      vLineWidth: (line: number) => (line === 0 ? 3 : 0),
      vLineColor: () => (isGood ? INK.actual : INK.expected),
      fillColor: () => INK.fill,
      paddingLeft: () => 10,
      paddingTop: () => 8,
      paddingBottom: () => 8,
    },
    margin: [0, 2, 0, 8],
  };
}

/** Names and values beside each other. */
function facts(rows: EnergyFacts): Content {
  return {
    table: {
      widths: [170, '*'],
      body: rows.map(([name, value]): TableCell[] => [{ text: name, color: INK.dim }, value]),
    },
    layout: 'noBorders',
    margin: [0, 0, 0, 4],
  };
}

/** A table with a header that is repeated on each page. */
function grid({ columns, rows }: EnergyTable): Content {
  const header = columns.map(({ header: text, side }): TableCell => ({
    text,
    alignment: side,
    fontSize: 8,
    bold: true,
    color: INK.dim,
  }));
  return {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: columns.map(({ isWide }) => (isWide ? '*' : 'auto')),
      body: [
        header,
        ...rows.map(({ cells }) =>
          cells.map(({ column, text }): TableCell => ({ text, alignment: column.side, fontSize: 8 })),
        ),
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

/** A line for each to sign on. */
function signatures(people: readonly Signature[]): Content {
  return {
    columns: people.map(({ role, name }) => ({
      stack: [
        { text: role, color: INK.dim, fontSize: 8 },
        { text: name ?? ' ', margin: [0, 14, 0, 0] },
        { canvas: [{ type: 'line', x1: 0, y1: 2, x2: 110, y2: 2, lineWidth: 0.5, lineColor: INK.dim }] },
      ],
    })),
    columnGap: 12,
    margin: [0, 4, 0, 0],
  };
}
