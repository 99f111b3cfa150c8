import type { EnergyReport } from '@keepsite/cloud-contract';
import type { EnergyWords } from '@keepsite/cloud-contract/energy-view';
import type { ReactNode } from 'react';
import { energyNumbers, type EnergyNumbers } from '../energy/numbers.ts';
import { useSpeech } from '../words/language.tsx';

/** What a part of the report is given. */
export interface PartProps {
  readonly report: EnergyReport;
  readonly words: EnergyWords;
}

export function useNumbers(): EnergyNumbers {
  return energyNumbers(useSpeech().format);
}

/** A part under its heading. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="panel">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Rows under a header; every column but the `left` ones stands to the right. Scrolls sideways on a phone. */
export function Grid({
  header,
  rows,
  left = [0],
}: {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly left?: readonly number[];
}): ReactNode {
  const side = (column: number): string => (left.includes(column) ? '' : 'right tabular');
  return (
    <div className="table-frame is-flush">
      <table className="table is-tight">
        <thead>
          <tr>
            {header.map((text, column) => (
              // oxlint-disable-next-line react/no-array-index-key -- columns have no other name
              <th key={column} scope="col" className={side(column)}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a report is frozen, its rows never move
            <tr key={index}>
              {row.map((text, column) => (
                // oxlint-disable-next-line react/no-array-index-key -- as above
                <td key={column} className={side(column)}>
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Names and values. */
export function Facts({ rows }: { readonly rows: readonly (readonly [name: string, value: string])[] }): ReactNode {
  return (
    <dl className="report-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A list under a small heading; `none` where it is empty. */
export function Items({
  title,
  items,
  none,
}: {
  readonly title: string;
  readonly items: readonly string[];
  readonly none: string;
}): ReactNode {
  return (
    <>
      <h3>{title}</h3>
      {items.length === 0 ? (
        <p className="faint">{none}</p>
      ) : (
        <ul className="report-list">
          {items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      )}
    </>
  );
}
