import type { EnergyTable } from '@keepsite/cloud-contract/energy-view';
import type { ReactNode } from 'react';

/** A table of a report. Too wide for a phone it scrolls sideways: its edge is shaded where more of it is, its first column stays. */
export function ReportTable({ table, label }: { readonly table: EnergyTable; readonly label: string }): ReactNode {
  const { columns, rows } = table;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- who has no mouse scrolls it by keys
    <section className="table-frame is-flush is-scrolled" aria-label={label} tabIndex={0}>
      <table className="table is-tight">
        <thead>
          <tr>
            {columns.map(({ id, header, side, isWide }) => (
              <th key={id} scope="col" className={classOf(side, isWide)}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, cells }) => (
            <tr key={id}>
              {cells.map(({ column, text }) => (
                <td key={column.id} className={classOf(column.side, column.isWide)}>
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function classOf(side: 'left' | 'right', isWide: boolean): string {
  return [side === 'right' ? 'right tabular' : '', isWide ? 'is-wide' : ''].join(' ').trim();
}
