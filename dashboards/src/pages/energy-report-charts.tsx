import { energyChart, ENERGY_CHARTS, type EnergyChart } from '@keepsite/cloud-contract/energy-view';
import { useCallback, type ReactNode } from 'react';
import { ReportChart } from '../ui/report-chart.tsx';
import { Part, type PartProps } from './energy-report-table.tsx';

const HEIGHT = 220;
/** Which charts a report has does not depend on their colours. */
const NO_INK = { text: '', dim: '', line: '', actual: '', expected: '', low: '', font: '' };

/** Part 6: the same charts as in the PDF. */
export function ChartParts({ report, words }: PartProps): ReactNode {
  const shown = ENERGY_CHARTS.filter((name) => energyChart(name, report, words, NO_INK) !== null);
  return (
    <Part title={words.parts.charts}>
      <div className="report-charts">
        {shown.map((name) => (
          <OneChart key={name} name={name} report={report} words={words} />
        ))}
      </div>
    </Part>
  );
}

function OneChart({ name, report, words }: PartProps & { readonly name: EnergyChart }): ReactNode {
  const options = useCallback(
    (ink: Parameters<typeof energyChart>[3]) => energyChart(name, report, words, ink),
    [name, report, words],
  );
  return (
    <div>
      <h3>{words.chart[name]}</h3>
      <ReportChart label={words.chart[name]} options={options} height={HEIGHT} />
    </div>
  );
}
