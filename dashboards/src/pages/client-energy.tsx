import { useCallback, useMemo, type ReactNode } from 'react';
import uPlot from 'uplot';
import { Link } from 'wouter';
import { useEnergy } from '../api/queries.ts';
import { energyOf, type EnergyDay } from '../client/energy.ts';
import { Chart } from '../ui/chart.tsx';
import { Loaded } from '../ui/loading.tsx';
import type { Format } from '../words/format.ts';
import { useSpeech } from '../words/language.tsx';

/** Daily energy against the usual for that weekday, and how much of it is used at night. */
export function EnergyPanel({ client }: { readonly client: string }): ReactNode {
  const { t } = useSpeech();
  return (
    <section className="panel">
      <h2>{t.clients.energy}</h2>
      <p className="links">
        <Link href={`/clients/${encodeURIComponent(client)}/energy`}>{t.energyReport.open}</Link>
      </p>
      <Loaded query={useEnergy(client)} missing={t.clients.energyNone}>
        {({ days }) => <EnergyView days={energyOf(days)} />}
      </Loaded>
    </section>
  );
}

function EnergyView({ days }: { readonly days: readonly EnergyDay[] }): ReactNode {
  const { t, format } = useSpeech();
  const data = useMemo(
    (): uPlot.AlignedData => [
      days.map((d) => Date.parse(d.day) / 1000),
      days.map((d) => d.kwh),
      days.map((d) => d.usualKwh),
    ],
    [days],
  );
  const options = useCallback(
    (token: (name: string) => string) => optionsOf(token, format, [t.common.day, t.clients.daily, t.clients.usual]),
    [format, t],
  );
  if (days.length === 0) return <p className="faint">{t.clients.energyNone}</p>;
  return (
    <>
      <EnergyFacts days={days} />
      <Chart label={`${t.clients.daily}, ${t.clients.usual}`} data={data} options={options} height={220} />
    </>
  );
}

function EnergyFacts({ days }: { readonly days: readonly EnergyDay[] }): ReactNode {
  const { t, format } = useSpeech();
  const full = days.filter((day) => day.comparable);
  const used = full.reduce((sum, day) => sum + (day.kwh ?? 0), 0);
  const usual = full.reduce((sum, day) => sum + (day.usualKwh ?? 0), 0);
  const nights = days.flatMap((day) => (day.nightShare === null ? [] : [day.nightShare]));
  const gaps = days.filter((day) => day.gap).length;
  return (
    <p className="energy-facts">
      {usual > 0 && <b>{t.clients.against(format.signedPercent(used / usual - 1))}</b>}
      {nights.length > 0 && (
        <span>
          {t.clients.night} {format.percent(nights.reduce((sum, share) => sum + share, 0) / nights.length)}
        </span>
      )}
      {gaps > 0 && <span className="faint">{t.clients.gaps(gaps)}</span>}
    </p>
  );
}

const LINES = ['--dim', '--bar', '--text'];

function optionsOf(
  token: (name: string) => string,
  format: Format,
  [day, daily, usual]: readonly [string, string, string],
): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = { stroke: token('--dim'), grid: { stroke: token('--line'), width: 1 }, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 26], radius: 0.15 });
  const kwh = (value: number | null): string => (value === null ? '–' : format.kwh(value));
  return {
    cursor: { y: false },
    legend: { markers: { width: 0, fill: (_: uPlot, index: number) => token(LINES[index] ?? '--dim') } },
    scales: { y: { range: (_, __, max) => [0, max * 1.12 || 1] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, stamps) => stamps.map((at) => format.shortDay(dayOf(at))),
        space: 80,
      },
      { ...axis, size: 56, values: (_, values) => values.map((value) => format.number(value)) },
    ],
    series: [
      { label: day, value: (_, at) => (at === null ? '' : format.day(dayOf(at))) },
      {
        label: daily,
        fill: token('--bar'),
        stroke: token('--bar'),
        width: 0,
        points: { show: false },
        value: (_, v) => kwh(v),
        ...(bars ? { paths: bars } : {}),
      },
      {
        label: usual,
        stroke: token('--text'),
        width: 1.5,
        dash: [4, 4],
        points: { show: false },
        value: (_, v) => kwh(v),
      },
    ],
  };
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
