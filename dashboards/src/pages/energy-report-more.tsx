import type { EnergyReport, KeptEnergyReport } from '@keepsite/cloud-contract';
import type { EnergyWords } from '@keepsite/cloud-contract/energy-view';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';
import { Facts, Grid, Items, Part, type PartProps, useNumbers } from './energy-report-table.tsx';

/** Part 4. */
export function ModelPart({ report: { model }, words }: PartProps): ReactNode {
  const { share, number } = useNumbers();
  if (!model) return <Empty title={words.parts.model} text={words.modelNone} />;
  return (
    <Part title={words.parts.model}>
      <Facts
        rows={[
          [words.method, model.method],
          [words.formula, model.formula],
          [words.knots, model.knotsF.map((knot) => `${number((knot - 32) / 1.8, 1)} °C`).join(', ') || '–'],
          ['R²', number(model.r2, 4)],
          ['CV(RMSE), NMBE', `${share(model.cvrmse, 2)}, ${share(model.nmbe, 3)}`],
          [words.nParameters, `${model.n}; ${model.parameters} + ${model.intercepts}`],
          [words.rho, `${number(model.rho, 3)}; ${number(model.nEffective, 1)}`],
          ...(model.tested ? [[words.tested, model.tested.map((part) => share(part)).join(', ')] as const] : []),
        ]}
      />
      <Grid
        header={[words.gate, '', '', '']}
        rows={model.gates.map(({ name, limit, value, passed }) => [
          words.gateNames[name] ?? name,
          `≤ ${share(limit)}`,
          share(value, 2),
          passed ? words.passed : words.failed,
        ])}
        left={[0, 3]}
      />
      <details>
        <summary>{words.coefficients}</summary>
        <p className="small faint">
          {model.coefficients
            .map(({ name, value }) => `${name} ${value === null ? words.dropped : value.toPrecision(5)}`)
            .join('; ')}
        </p>
      </details>
    </Part>
  );
}

function Empty({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <Part title={title}>
      <p className="faint">{text}</p>
    </Part>
  );
}

/** Part 8. */
export function CoveragePart({ report: { coverage }, words }: PartProps): ReactNode {
  const { kwh, number } = useNumbers();
  if (!coverage) return <Empty title={words.parts.coverage} text={words.coverageNone} />;
  const celsius = ({ low, high }: { low: number; high: number }) =>
    words.coverageRange(number(low, 1), number(high, 1));
  return (
    <Part title={words.parts.coverage}>
      <Facts
        rows={[
          [`${words.baseline}: ${words.coverageTemperature}`, celsius(coverage.baselineC)],
          [`${words.reportingDays}: ${words.coverageTemperature}`, celsius(coverage.reportingC)],
        ]}
      />
      <ul className="report-list">
        <li>{words.coverageWithin(coverage.within, coverage.below, coverage.above)}</li>
        <li>{words.coverageSaved(kwh(coverage.savingsWithin), kwh(coverage.savingsOutside))}</li>
        <li>{words.coverageUnseen(coverage.unseenTimes)}</li>
      </ul>
    </Part>
  );
}

/** Part 9. */
export function MoneyPart({ report, words }: PartProps): ReactNode {
  return (
    <Part title={words.parts.money}>
      <Cost cost={report.cost} words={words} />
      <Carbon carbon={report.carbon} words={words} />
      <PueLine pue={report.pue} words={words} />
    </Part>
  );
}

function Cost({ cost, words }: { readonly cost: EnergyReport['cost']; readonly words: EnergyWords }): ReactNode {
  const { name } = useSpeech();
  const { money, number } = useNumbers();
  if (!cost.ok) return <Items title={words.cost} items={[]} none={name(cost.reason)} />;
  const amount = (cents: number) => money(cents, cost.currency);
  return (
    <>
      <h3>
        {words.cost}: {amount(cost.avoided)}
      </h3>
      <Facts
        rows={[
          [words.costExpected, amount(cost.expected)],
          [words.costActual, amount(cost.actual)],
          [words.blended, `${number(cost.blendedRate, 4)} ${cost.currency}/kWh`],
          [words.tariff, `${name(cost.tariff)}; ${cost.documents.join('; ')}`],
        ]}
      />
      <details>
        <summary>{words.line}</summary>
        <Grid
          header={[words.line, words.period, 'kWh', cost.currency, words.document]}
          rows={cost.lines.map((line) => [
            line.name,
            line.period ?? '–',
            number(line.quantity, 1),
            number(line.cents / 100, 2),
            line.document,
          ])}
          left={[0, 1, 4]}
        />
      </details>
      {cost.skippedHours > 0 && <p className="faint small">{words.skippedHours(number(cost.skippedHours))}</p>}
      {cost.notes.map((note) => (
        <p key={note.en} className="faint small">
          {name(note)}
        </p>
      ))}
    </>
  );
}

function Carbon({
  carbon,
  words,
}: {
  readonly carbon: EnergyReport['carbon'];
  readonly words: EnergyWords;
}): ReactNode {
  const { name } = useSpeech();
  const { kwh, number } = useNumbers();
  if (!carbon.ok) return <Items title={words.carbon} items={[]} none={name(carbon.reason)} />;
  return (
    <Items
      title={`${words.carbon}: ${number(carbon.kgCo2, 1)} kg`}
      items={carbon.lines.map((line) => {
        const scope = words.scope[line.scope] ?? line.scope;
        const text = words.carbonLine(
          kwh(line.kwh),
          String(line.kgPerKwh),
          line.region,
          scope,
          line.factorYear,
          line.document,
        );
        return `${line.year}: ${text}${line.provisional ? `, ${words.provisional}` : ''}`;
      })}
      none=""
    />
  );
}

function PueLine({ pue, words }: { readonly pue: EnergyReport['pue']; readonly words: EnergyWords }): ReactNode {
  const { name } = useSpeech();
  const { number, share } = useNumbers();
  if (!pue.ok) return <Items title={words.pue} items={[]} none={name(pue.reason)} />;
  const title = pue.interim ? words.interimPue : words.pue;
  return <Items title={`${title}: ${number(pue.value, 3)}`} items={[words.known(share(pue.coverage))]} none="" />;
}

/** Part 10. */
export function LimitsPart({ report, words }: PartProps): ReactNode {
  const { name } = useSpeech();
  return (
    <Part title={words.parts.limits}>
      <ul className="report-list">
        {report.limitations.map((text) => (
          <li key={text.en}>{name(text)}</li>
        ))}
      </ul>
    </Part>
  );
}

/** Part 11. */
export function EvidencePart({
  kept,
  words,
}: {
  readonly kept: KeptEnergyReport;
  readonly words: EnergyWords;
}): ReactNode {
  const { name, format } = useSpeech();
  const { evidence } = kept.report;
  return (
    <Part title={words.parts.evidence}>
      <Facts
        rows={[
          [words.report, kept.id],
          [words.hash, kept.hash],
          [words.inputsHash, evidence.inputsHash],
          [words.software, evidence.software],
          [words.madeAt, format.dateTime(kept.madeAt)],
          [words.signatures, evidence.signatures.map((one) => `${name(one.role)}: ${one.name ?? '–'}`).join('; ')],
        ]}
      />
      <p>{words.rerun}</p>
      <pre className="raw">{evidence.command}</pre>
      <p className="faint small">{words.bootstrap(evidence.bootstrap.draws, evidence.bootstrap.seed)}</p>
    </Part>
  );
}
