import type { ChartInk, ChartOptions } from '@keepsite/cloud-contract/energy-view';
import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef, type ReactNode } from 'react';
import { colourOf } from './colour.ts';

echarts.use([
  BarChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
]);

interface ReportChartProps {
  /** What the picture says, for those who cannot see it. */
  readonly label: string;
  /** Builds the options from the page's colours; null: there is nothing to draw. */
  readonly options: (ink: ChartInk) => ChartOptions | null;
  readonly height: number;
}

/** A chart of a report: an ECharts picture that fills its place, and is drawn again when light turns to dark. */
export function ReportChart({ label, options, height }: ReportChartProps): ReactNode {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const chart = echarts.init(element, null, { renderer: 'svg', height });
    const draw = (): void => {
      const drawn = options(inkOf(element));
      if (drawn) chart.setOption({ tooltip: { trigger: 'item', confine: true }, ...drawn }, true);
    };
    draw();
    const sizes = new ResizeObserver(() => chart.resize());
    sizes.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => {
      sizes.disconnect();
      dark.removeEventListener('change', draw);
      chart.dispose();
    };
  }, [options, height]);
  return <figure ref={place} className="chart" aria-label={label} style={{ minHeight: height }} />;
}

function inkOf(element: HTMLElement): ChartInk {
  const token = (name: string): string => colourOf(element, name);
  return {
    text: token('--text'),
    dim: token('--dim'),
    line: token('--line'),
    actual: token('--accent'),
    expected: token('--yellow'),
    low: token('--raised'),
    font: getComputedStyle(element).fontFamily,
  };
}
