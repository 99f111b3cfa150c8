import type { EnergyReport } from '@keepsite/cloud-contract';
import { energyChart, ENERGY_CHARTS, type EnergyChart, type EnergyWords } from '@keepsite/cloud-contract/energy-view';
import { useCallback, type ReactNode } from 'react';
import { ReportChart } from '../ui/report-chart.tsx';

const HEIGHT = 220;
/** Which charts a report has does not depend on their colours. */
const NO_INK = { text: '', dim: '', line: '', actual: '', expected: '', low: '', font: '' };

interface ChartsProps {
  readonly report: EnergyReport;
  readonly words: EnergyWords;
}

/** The same charts as in the PDF, in the colours of the page. */
export function Charts({ report, words }: ChartsProps): ReactNode {
  const shown = ENERGY_CHARTS.filter((name) => energyChart(name, report, words, NO_INK) !== null);
  return (
    <div className="report-charts">
      {shown.map((name) => (
        <OneChart key={name} name={name} report={report} words={words} />
      ))}
    </div>
  );
}

function OneChart({ name, report, words }: ChartsProps & { readonly name: EnergyChart }): ReactNode {
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
