import type { EnergyBlock, EnergyFacts, EnergySection } from '@keepsite/cloud-contract/energy-view';
import type { ReactNode } from 'react';
import { ReportTable } from './energy-report-table.tsx';

/** What only the page knows how to show: charts that follow its colours, and events that people decide on. */
export interface Living {
  readonly charts: ReactNode;
  readonly events: ReactNode;
}

interface BlocksProps {
  /** Under which heading they stand. */
  readonly title: string;
  readonly blocks: readonly EnergyBlock[];
  readonly living: Living;
}

/** The blocks of a part, one after another. */
export function Blocks({ title, blocks, living }: BlocksProps): ReactNode {
  return blocks.map((block) => <Block key={keyOf(block)} title={title} block={block} living={living} />);
}

/** Of a part's blocks no two are of one kind and say the same. */
function keyOf(block: EnergyBlock): string {
  return [block.kind, 'title' in block ? block.title : '', 'text' in block ? block.text : ''].join(' ');
}

function Block({ title, block, living }: Omit<BlocksProps, 'blocks'> & { readonly block: EnergyBlock }): ReactNode {
  switch (block.kind) {
    case 'verdict':
      return (
        <p className={block.isGood ? 'report-verdict is-good' : 'report-verdict'}>
          <b>{block.title}</b>
          <span>{block.text}</span>
        </p>
      );
    case 'text':
      return <p>{block.text}</p>;
    case 'note':
      return <p className="faint small">{block.text}</p>;
    case 'command':
      return <pre className="raw">{block.text}</pre>;
    case 'facts':
      return <Facts facts={block.facts} />;
    case 'list':
      return <Lines lines={block.lines} />;
    case 'table':
      return <ReportTable table={block.table} label={title} />;
    case 'signatures':
      return <Facts facts={block.people.map(({ role, name }) => [role, name ?? '–'])} />;
    case 'section':
      return <Section section={block} living={living} />;
    case 'charts':
    case 'events':
      return living[block.kind];
  }
}

function Section({ section, living }: { readonly section: EnergySection; readonly living: Living }): ReactNode {
  const { title, isLong, blocks } = section;
  const inner = <Blocks title={title} blocks={blocks} living={living} />;
  if (isLong)
    return (
      <details>
        <summary>{title}</summary>
        {inner}
      </details>
    );
  return (
    <>
      <h3>{title}</h3>
      {inner}
    </>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }): ReactNode {
  return (
    <ul className="report-list">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Facts({ facts }: { readonly facts: EnergyFacts }): ReactNode {
  return (
    <dl className="report-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
