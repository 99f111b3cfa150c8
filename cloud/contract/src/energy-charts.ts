import type { EnergyReport } from './energy-report.ts';
import type { EnergyWords } from './energy-words.ts';

/** The charts of an energy report, in the order in which they are shown. */
export const ENERGY_CHARTS = ['days', 'temperature', 'residuals', 'acf', 'cusum', 'heatmap'] as const;
export type EnergyChart = (typeof ENERGY_CHARTS)[number];

/** Colours as CSS writes them, and the font. */
export interface ChartInk {
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly actual: string;
  readonly expected: string;
  readonly low: string;
  readonly font: string;
}

/** Options for ECharts: one description for the page and for the PDF. */
export type ChartOptions = Readonly<Record<string, unknown>>;

type Charts = EnergyReport['charts'];
type Draw = (charts: Charts, words: EnergyWords, ink: ChartInk) => ChartOptions;

/** How a chart is to be drawn; null where the report holds nothing for it. */
export function energyChart(
  name: EnergyChart,
  { charts }: Pick<EnergyReport, 'charts'>,
  words: EnergyWords,
  ink: ChartInk,
): ChartOptions | null {
  if (!HAS[name](charts)) return null;
  const base = { animation: false, textStyle: { fontFamily: ink.font, color: ink.text }, grid: GRID };
  return { ...base, ...DRAW[name](charts, words, ink) };
}

const GRID = { left: 8, right: 16, top: 34, bottom: 8, outerBoundsMode: 'same' };

const HAS: Readonly<Record<EnergyChart, (charts: Charts) => boolean>> = {
  days: ({ days }) => days.some(({ actual }) => actual !== null),
  temperature: ({ days, baseline }) => [...days, ...baseline].some(({ celsius }) => celsius !== null),
  residuals: ({ baseline }) => baseline.length > 0,
  acf: ({ acf }) => acf.length > 0,
  cusum: ({ days }) => days.some(({ expected }) => expected !== null),
  heatmap: ({ heatmap }) => heatmap.some((row) => row.some((value) => value !== null)),
};

const DRAW: Readonly<Record<EnergyChart, Draw>> = {
  days: ({ days }, words, ink) => ({
    ...byDay(days, ink),
    legend: legend([words.actual, words.expected], ink),
    series: [
      line(
        words.expected,
        days.map(({ expected }) => expected),
        { color: ink.expected, type: 'dashed' },
      ),
      line(
        words.actual,
        days.map(({ actual }) => actual),
        { color: ink.actual, type: 'solid' },
      ),
    ],
  }),

  temperature: ({ days, baseline }, words, ink) => ({
    legend: legend([words.baselineDays, words.reportingDays], ink),
    xAxis: { type: 'value', name: '°C', nameGap: 4, scale: true, ...axis(ink) },
    yAxis: { type: 'value', name: 'kWh', nameGap: 10, scale: true, ...axis(ink) },
    series: [dots(words.baselineDays, baseline, ink.dim), dots(words.reportingDays, days, ink.actual)],
  }),

  residuals: ({ baseline }, _words, ink) => ({
    ...byDay(baseline, ink),
    series: [
      dotsByDay(
        baseline.map(({ residual }) => residual),
        ink.actual,
      ),
    ],
  }),

  acf: ({ acf, baseline }, words, ink) => {
    const chance = 1.96 / Math.sqrt(Math.max(1, baseline.filter(({ residual }) => residual !== null).length));
    return {
      xAxis: {
        type: 'category',
        name: words.lag,
        nameLocation: 'end',
        data: acf.map((_, i) => i + 1),
        ...axis(ink, false),
      },
      yAxis: { type: 'value', min: -1, max: 1, ...axis(ink) },
      grid: { ...GRID, right: 70 },
      series: [
        {
          type: 'bar',
          data: acf,
          barWidth: '40%',
          itemStyle: { color: ink.actual },
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: ink.dim, type: 'dashed' },
            data: [{ yAxis: chance }, { yAxis: -chance }],
          },
        },
      ],
    };
  },

  cusum: ({ days }, _words, ink) => {
    let sum = 0;
    const sums = days.map(({ actual, expected }) => {
      if (actual === null || expected === null) return null;
      sum += expected - actual;
      return sum;
    });
    return {
      ...byDay(days, ink),
      series: [
        { ...line('', sums, { color: ink.actual, type: 'solid' }), connectNulls: true, areaStyle: { opacity: 0.12 } },
      ],
    };
  },

  heatmap: ({ heatmap }, { weekdays }, ink) => {
    const cells = heatmap.flatMap((row, weekday) =>
      row.flatMap((value, hour) => (value === null ? [] : [[hour, weekday, Math.round(value * 10) / 10]])),
    );
    const values = cells.map(([, , value]) => value as number);
    return {
      xAxis: { type: 'category', data: Array.from({ length: 24 }, (_, hour) => hour), ...axis(ink, false) },
      yAxis: { type: 'category', data: weekdays, inverse: true, ...axis(ink, false) },
      grid: { ...GRID, top: 12, right: 70 },
      visualMap: {
        min: Math.min(...values),
        max: Math.max(...values),
        orient: 'vertical',
        right: 0,
        top: 'center',
        itemHeight: 90,
        itemWidth: 12,
        precision: 0,
        text: ['kW', ''],
        textStyle: { color: ink.dim, fontSize: 10 },
        inRange: { color: [ink.low, ink.actual] },
      },
      series: [{ type: 'heatmap', data: cells, itemStyle: { borderWidth: 1, borderColor: 'transparent' } }],
    };
  },
};

function byDay(days: readonly { readonly day: string }[], ink: ChartInk): ChartOptions {
  return {
    xAxis: { type: 'category', data: days.map(({ day }) => day), boundaryGap: false, ...axis(ink, false) },
    yAxis: { type: 'value', name: 'kWh', nameGap: 10, scale: true, ...axis(ink) },
  };
}

function axis(ink: ChartInk, grid = true): ChartOptions {
  return {
    axisLine: { lineStyle: { color: ink.line } },
    axisTick: { show: false },
    axisLabel: { color: ink.dim, fontSize: 10, hideOverlap: true },
    nameTextStyle: { color: ink.dim, fontSize: 10 },
    splitLine: { show: grid, lineStyle: { color: ink.line } },
  };
}

function legend(data: readonly string[], ink: ChartInk): ChartOptions {
  return { data, top: 0, right: 0, itemWidth: 18, itemHeight: 8, textStyle: { color: ink.dim, fontSize: 10 } };
}

function line(name: string, data: readonly (number | null)[], style: { color: string; type: string }): ChartOptions {
  return { name, type: 'line', data, showSymbol: false, color: style.color, lineStyle: { ...style, width: 1.4 } };
}

function dots(
  name: string,
  days: readonly { readonly celsius: number | null; readonly actual: number | null }[],
  color: string,
): ChartOptions {
  const data = days.flatMap(({ celsius, actual }) => (celsius === null || actual === null ? [] : [[celsius, actual]]));
  return { name, type: 'scatter', data, symbol: 'rect', symbolSize: 3, itemStyle: { color } };
}

function dotsByDay(data: readonly (number | null)[], color: string): ChartOptions {
  return { type: 'scatter', data, symbol: 'rect', symbolSize: 2.5, itemStyle: { color } };
}
