import type { Colour, Severity, Verdict } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';

// Shape, word and colour always go together: no state is told by colour alone.
const OCTAGON = 'M7.5 1.5h9l6 6v9l-6 6h-9l-6-6v-9z';
const DIAMOND = 'M12 .8 23.2 12 12 23.2.8 12z';
const TRIANGLE = 'M12 1.8 23.4 22H.6z';
const BANG = <path d="M12 8v6M12 17.3v.4" className="ink" />;
const TICK = <path d="m7 12.4 3.5 3.5L17.2 8.6" className="ink" />;
const CROSS = <path d="m8 8 8 8m0-8-8 8" className="ink" />;
const ASK = <path d="M9 9.2c.2-3.6 6-3.4 6 .2 0 2.3-3 2.4-3 4.900M12 17.4v.3" className="ink" />;

const SEVERITY_SHAPES: Record<Severity, ReactNode> = {
  critical: (
    <>
      <path d={DIAMOND} />
      {BANG}
    </>
  ),
  major: (
    <>
      <path d={TRIANGLE} />
      <path d="M12 9v6M12 18.3v.4" className="ink" />
    </>
  ),
  minor: <circle cx="12" cy="12" r="9.5" />,
  info: <rect x="3.5" y="3.5" width="17" height="17" rx="3" />,
};

const COLOUR_SHAPES: Record<Colour, ReactNode> = {
  red: (
    <>
      <path d={OCTAGON} />
      {BANG}
    </>
  ),
  yellow: (
    <>
      <path d={TRIANGLE} />
      <path d="M12 9v6M12 18.3v.4" className="ink" />
    </>
  ),
  green: (
    <>
      <circle cx="12" cy="12" r="10.5" />
      {TICK}
    </>
  ),
  grey: (
    <>
      <circle cx="12" cy="12" r="10" className="hollow" />
      <path d="M9 9.2c.2-3.6 6-3.4 6 .2 0 2.3-3 2.4-3 4.900M12 17.4v.3" className="own" />
    </>
  ),
};

const VERDICT_SHAPES: Record<Verdict, ReactNode> = {
  met: COLOUR_SHAPES.green,
  breached: (
    <>
      <path d={OCTAGON} />
      {CROSS}
    </>
  ),
  running: (
    <>
      <circle cx="12" cy="12" r="9.5" className="hollow solid" />
      <path d="M12 6.500V12l3.5 2.5" className="own" />
    </>
  ),
  excluded: (
    <>
      <circle cx="12" cy="12" r="9.5" className="hollow solid" />
      <path d="M7.5 12h9" className="own" />
    </>
  ),
  unknown: (
    <>
      <circle cx="12" cy="12" r="10" className="hollow" />
      {ASK}
    </>
  ),
};

/** A severity as shape, word and colour. */
export function SeverityMark({ severity, bare }: { readonly severity: Severity; readonly bare?: boolean }): ReactNode {
  const { t } = useSpeech();
  return (
    <Mark
      className={`mark sev-${severity}`}
      shape={SEVERITY_SHAPES[severity]}
      word={t.severity[severity]}
      bare={bare}
    />
  );
}

/** A client's colour as shape, word and colour. */
export function ColourMark({ colour, bare }: { readonly colour: Colour; readonly bare?: boolean }): ReactNode {
  const { t } = useSpeech();
  return <Mark className={`mark col-${colour}`} shape={COLOUR_SHAPES[colour]} word={t.colour[colour]} bare={bare} />;
}

/** A clock's verdict as shape, word and colour. */
export function VerdictMark({ verdict, bare }: { readonly verdict: Verdict; readonly bare?: boolean }): ReactNode {
  const { t } = useSpeech();
  return (
    <Mark className={`mark ver-${verdict}`} shape={VERDICT_SHAPES[verdict]} word={t.verdict[verdict]} bare={bare} />
  );
}

interface MarkProps {
  readonly className: string;
  readonly shape: ReactNode;
  readonly word: string;
  readonly bare: boolean | undefined;
}

function Mark({ className, shape, word, bare = false }: MarkProps): ReactNode {
  return (
    <span className={className} title={bare ? word : undefined}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {shape}
      </svg>
      <span className={bare ? 'unseen' : undefined}>{word}</span>
    </span>
  );
}

/** The house's sign: a clock whose seven minutes are running. */
export function Sign(): ReactNode {
  return (
    <svg className="sign" viewBox="0 0 64 64" aria-hidden="true">
      <circle cx="32" cy="32" r="24" fill="none" stroke="currentColor" strokeOpacity=".22" strokeWidth="6" />
      <path d="M32 8a24 24 0 1 1-17 7" fill="none" stroke="var(--accent)" strokeWidth="6" strokeLinecap="round" />
      <path
        d="M32 19v14l9 6"
        fill="none"
        stroke="currentColor"
        strokeWidth="5.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
