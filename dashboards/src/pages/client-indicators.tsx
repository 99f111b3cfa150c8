import type { IndicatorValue, RetentionReport } from '@keepsite/cloud-contract';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';

/** Older than this against the report's own time: say when the last fact came. */
const STALE_MS = 35 * 86_400_000;

/** The twelve indicators: value, where it stands between good and bad, weight, points lost, and why. */
export function IndicatorTable({ report }: { readonly report: RetentionReport }): ReactNode {
  const { t } = useSpeech();
  return (
    <section className="panel">
      <h2>{t.clients.indicators}</h2>
      <div className="table-frame is-flush">
        <table className="table indicators is-stacked">
          <thead>
            <tr>
              <th>{t.clients.indicator}</th>
              <th className="right">{t.clients.valueColumn}</th>
              <th>{t.clients.scale}</th>
              <th className="right">{t.clients.weight}</th>
              <th className="right">{t.clients.lost}</th>
            </tr>
          </thead>
          <tbody>
            {report.indicators.map((indicator) => (
              <Row key={indicator.name} indicator={indicator} asOf={report.asOf} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ indicator, asOf }: { readonly indicator: IndicatorValue; readonly asOf: string }): ReactNode {
  const { t, name, format } = useSpeech();
  const { value, pointsLost } = indicator;
  const stale = indicator.asOf !== null && Date.parse(asOf) - Date.parse(indicator.asOf) > STALE_MS;
  return (
    <tr className={value === null ? 'is-missing' : ''}>
      <td>
        <b>{t.indicator[indicator.name] ?? indicator.name}</b>
        <small className="block">{name(indicator.sentence)}</small>
      </td>
      <td className="right tabular nowrap">
        {value === null ? (
          <span className="tag is-unknown">? {t.clients.missing}</span>
        ) : (
          <>
            {format.number(value, digitsOf(value))}{' '}
            <small className="faint">{t.unit[indicator.unit] ?? indicator.unit}</small>
          </>
        )}
        {stale && indicator.asOf && (
          <small className="block is-warn">{t.clients.stale(format.shortDay(indicator.asOf.slice(0, 10)))}</small>
        )}
      </td>
      <td>
        <ScaleBar indicator={indicator} />
      </td>
      <td className="right tabular">{format.number(indicator.weight)}</td>
      <td className="right tabular">
        {pointsLost === null ? (
          <span className="faint">{t.common.none}</span>
        ) : (
          <b className={pointsLost >= 0.05 ? 'points' : 'faint'}>
            {pointsLost >= 0.05 ? `−${format.number(pointsLost, 1)}` : '0'}
          </b>
        )}
      </td>
    </tr>
  );
}

function ScaleBar({ indicator: { value, good, bad } }: { readonly indicator: IndicatorValue }): ReactNode {
  const { format } = useSpeech();
  const share = value === null || good === bad ? null : Math.min(1, Math.max(0, (value - good) / (bad - good)));
  return (
    <div className="scale-bar" aria-hidden="true">
      <small className="faint tabular">{format.number(good, digitsOf(good))}</small>
      <span className="scale-track">{share !== null && <i style={{ left: `${share * 100}%` }} />}</span>
      <small className="faint tabular">{format.number(bad, digitsOf(bad))}</small>
    </div>
  );
}

function digitsOf(value: number): number {
  return Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1;
}
