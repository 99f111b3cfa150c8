import type { RetentionReport } from '@keepsite/cloud-contract';
import type { Colour } from '@keepsite/edge-contract';
import { useCallback, useMemo, type ReactNode } from 'react';
import type uPlot from 'uplot';
import { Chart } from '../ui/chart.tsx';
import { ColourMark } from '../ui/shapes.tsx';
import type { Format } from '../words/format.ts';
import { useSpeech } from '../words/language.tsx';

type History = RetentionReport['history'];

/** Score and smoothed score over time, with the colour as a band below and every change told in words. */
export function HistoryPanel({ report: { history } }: { readonly report: RetentionReport }): ReactNode {
  const { t, format } = useSpeech();
  const data = useMemo((): uPlot.AlignedData => dataOf(history), [history]);
  const options = useCallback(
    (token: (name: string) => string) =>
      optionsOf(history, token, format, [t.common.day, t.clients.scoreLine, t.clients.smoothedLine]),
    [history, format, t],
  );
  if (history.length < 2) return null;
  return (
    <section className="panel">
      <h2>{t.clients.history}</h2>
      <Chart
        label={`${t.clients.history}: ${t.clients.scoreLine}, ${t.clients.smoothedLine}`}
        data={data}
        options={options}
        height={240}
      />
      <Changes history={history} />
    </section>
  );
}

function Changes({ history }: { readonly history: History }): ReactNode {
  const { t, name, format } = useSpeech();
  const changes = history.filter((point, index) => index > 0 && history[index - 1]?.colour !== point.colour);
  if (changes.length === 0) return null;
  return (
    <>
      <h3>{t.clients.changes}</h3>
      <ul className="change-list">
        {changes.toReversed().map((point) => (
          <li key={point.at}>
            <time className="faint tabular" dateTime={point.at}>
              {format.day(point.at.slice(0, 10))}
            </time>
            <ColourMark colour={point.colour} />
            <span>{name(point.reason)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function dataOf(history: History): uPlot.AlignedData {
  return [
    history.map((point) => Date.parse(point.at) / 1000),
    history.map((point) => point.score),
    history.map((point) => point.smoothed),
  ];
}

const LINES = ['--dim', '--dim', '--accent-text'];

function optionsOf(
  history: History,
  token: (name: string) => string,
  format: Format,
  [day, score, smoothed]: readonly [string, string, string],
): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = { stroke: token('--dim'), grid: { stroke: token('--line'), width: 1 }, ticks: { show: false } };
  const bands = { red: token('--red'), yellow: token('--yellow'), green: token('--green'), grey: token('--faint') };
  const markers = { width: 0, fill: (_: uPlot, index: number) => token(LINES[index] ?? '--dim') };
  return {
    cursor: { y: false },
    legend: { markers },
    scales: { y: { range: [0, 100] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, stamps) => stamps.map((at) => format.shortDay(dayOf(at))),
        space: 80,
      },
      { ...axis, size: 40 },
    ],
    series: [
      { label: day, value: (_, at) => (at === null ? '' : format.day(dayOf(at))) },
      { label: score, stroke: token('--dim'), width: 1, spanGaps: false, points: { show: false } },
      { label: smoothed, stroke: token('--accent-text'), width: 2.5, points: { show: false } },
    ],
    hooks: { drawClear: [(chart) => drawBands(chart, history, bands)] },
  };
}

/** The colour that stood on each day, as a strip along the bottom. */
function drawBands(chart: uPlot, history: History, bands: Record<Colour, string>): void {
  const { ctx, bbox } = chart;
  const height = 6 * devicePixelRatio;
  history.forEach((point, index) => {
    const next = history[index + 1];
    if (!next) return;
    const from = chart.valToPos(Date.parse(point.at) / 1000, 'x', true);
    const to = chart.valToPos(Date.parse(next.at) / 1000, 'x', true);
    ctx.fillStyle = bands[point.colour];
    ctx.fillRect(from, bbox.top + bbox.height - height, to - from + 1, height);
  });
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
