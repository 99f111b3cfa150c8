import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useOpenIncidents, useWhoAmI } from '../api/queries.ts';
import {
  floodScenario,
  resetSimulator,
  setCrews,
  startScenario,
  TRAPPED,
  useSimulator,
  type Scenario,
  type SimulatorState,
} from '../api/simulator.ts';
import { useScale } from '../time/use-server-now.ts';
import { Countdown } from '../ui/countdown.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { SeverityMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';

const CREW_MODES = ['answer', 'slow', 'silent', 'manual'];

/** Break something on purpose, say beforehand what should happen, and lead to where it shows. */
export function SimulatorPage(): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const base = who?.links.simulator;
  const state = useSimulator(base);
  if (!base) return <p className="quiet-note">{t.simulator.none}</p>;
  return (
    <>
      <h1>{t.simulator.title}</h1>
      <p className="lead">{t.simulator.lead}</p>
      {state.error && !state.data ? (
        <p className="quiet-note" role="alert">
          {t.simulator.unreachable}
        </p>
      ) : (
        <Loaded query={state}>{(data) => <Panel base={base} state={data} />}</Loaded>
      )}
    </>
  );
}

interface PanelProps {
  readonly base: string;
  readonly state: SimulatorState;
}

function Panel({ base, state }: PanelProps): ReactNode {
  const { t, name } = useSpeech();
  const queries = useQueryClient();
  const [told, tell] = useState<string | null>(null);
  const act = (work: Promise<unknown>, words: string): void => {
    tell(null);
    work
      .then(() => tell(words))
      .catch((error: unknown) => tell(String(error)))
      .finally(() => void queries.invalidateQueries({ queryKey: ['simulator'] }));
  };
  const start: Start = (scenario, options) => act(startScenario(base, scenario.id, options), name(scenario.expected));
  const trapped = state.scenarios.find((one) => one.id === TRAPPED);
  const flood = floodScenario(state.scenarios);
  const others = state.scenarios.filter((one) => one !== trapped && one !== flood);
  return (
    <>
      <div className="stories">
        {trapped && <BigStory scenario={trapped} label={t.simulator.trap} tone="red" start={start} />}
        {flood && <BigStory scenario={flood} label={t.simulator.flood} tone="blue" start={start} />}
        {trapped && (
          <BigStory
            scenario={trapped}
            label={t.simulator.expire}
            tone="amber"
            start={start}
            expire
            hint={t.simulator.expireHint}
          />
        )}
      </div>
      <div className="sim-row">
        <Outcome told={told} />
        <Crews base={base} state={state} act={act} />
      </div>
      <h2>{t.simulator.others}</h2>
      <ul className="story-list">
        {others.map((scenario) => (
          <Story key={scenario.id} scenario={scenario} start={start} />
        ))}
      </ul>
    </>
  );
}

type Start = (scenario: Scenario, options: { asset?: string; expire?: boolean }) => void;

interface BigStoryProps {
  readonly scenario: Scenario;
  readonly label: string;
  readonly tone: 'red' | 'blue' | 'amber';
  readonly start: Start;
  readonly expire?: boolean;
  readonly hint?: string;
}

function BigStory({ scenario, label, tone, start, expire = false, hint }: BigStoryProps): ReactNode {
  const { t, name } = useSpeech();
  const [asset, setAsset] = useState('');
  const options = { ...(asset ? { asset } : {}), ...(expire ? { expire } : {}) };
  return (
    <section className={`panel story-big is-${tone}`}>
      <button type="button" className="act is-primary is-big" onClick={() => start(scenario, options)}>
        {label}
      </button>
      <p>{hint ?? name(scenario.story)}</p>
      <p className="faint small">
        <b>{t.simulator.expected}:</b> {name(scenario.expected)}
      </p>
      <AssetChoice scenario={scenario} value={asset} choose={setAsset} />
    </section>
  );
}

function AssetChoice({
  scenario,
  value,
  choose,
}: {
  scenario: Scenario;
  value: string;
  choose: (asset: string) => void;
}): ReactNode {
  const { t, name } = useSpeech();
  const { site } = useDirectory();
  if (scenario.assets.length < 2) return null;
  return (
    <label className="picker">
      <span>{t.simulator.on}</span>
      <select value={value} onChange={(change) => choose(change.target.value)}>
        <option value="">{t.simulator.byDefault}</option>
        {scenario.assets.map((asset) => (
          <option key={asset.id} value={asset.id}>
            {name(asset.name)}
            {asset.site && ` · ${site(asset.site)}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function Story({ scenario, start }: { readonly scenario: Scenario; readonly start: Start }): ReactNode {
  const { t, name } = useSpeech();
  const [asset, setAsset] = useState('');
  return (
    <li className="panel story">
      <h3>
        {name(scenario.name)} {scenario.running && <span className="tag is-sim">{t.simulator.running}</span>}
      </h3>
      <p>{name(scenario.story)}</p>
      <p className="faint small">
        <b>{t.simulator.expected}:</b> {name(scenario.expected)}
      </p>
      <div className="story-foot">
        <AssetChoice scenario={scenario} value={asset} choose={setAsset} />
        <button
          type="button"
          className="act is-primary"
          disabled={scenario.running}
          onClick={() => start(scenario, asset ? { asset } : {})}
        >
          {t.simulator.run}
        </button>
      </div>
    </li>
  );
}

function Crews({ base, state, act }: PanelProps & { act: (work: Promise<unknown>, words: string) => void }): ReactNode {
  const { t } = useSpeech();
  const { mode } = state.crews;
  const modes = state.crews.modes ?? (CREW_MODES.includes(mode) ? CREW_MODES : [mode, ...CREW_MODES]);
  const scale = useScale();
  return (
    <section className="panel">
      <h2>{t.simulator.crews}</h2>
      <fieldset className="segments" aria-label={t.simulator.crews}>
        {modes.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === mode}
            onClick={() => act(setCrews(base, one), wordOf(one, t.simulator.crewMode))}
          >
            {wordOf(one, t.simulator.crewMode)}
          </button>
        ))}
      </fieldset>
      <p className="faint">{t.simulator.clock(state.clock?.scale ?? scale)}</p>
      <button type="button" className="act" onClick={() => act(resetSimulator(base), t.simulator.reset)}>
        {t.simulator.reset}
      </button>
    </section>
  );
}

function wordOf(mode: string, words: Record<string, string>): string {
  return words[mode] ?? mode;
}

/** What was started, and the ways to watch it: the wall, the incident, the client. */
function Outcome({ told }: { readonly told: string | null }): ReactNode {
  const { t } = useSpeech();
  const { title, site } = useDirectory();
  const { data } = useOpenIncidents();
  const { data: who } = useWhoAmI();
  const newest = data?.items.toSorted((a, b) => b.openedAt.localeCompare(a.openedAt)).at(0);
  const cloud = who?.server === 'cloud' ? '' : who?.links.cloud;
  const client = newest?.clients.at(0);
  return (
    <section className="panel" aria-live="polite">
      <h2>{t.simulator.expected}</h2>
      <p>{told ?? t.simulator.lead}</p>
      {newest ? (
        <div className="sim-newest">
          <SeverityMark severity={newest.severity} bare />
          <Link href={`/incidents/${encodeURIComponent(newest.id)}`}>
            <b>{title(newest)}</b>
            <small className="faint block">{site(newest.site)}</small>
          </Link>
          <Countdown incident={newest} />
        </div>
      ) : (
        told && <p className="faint">{t.simulator.waitingIncident}</p>
      )}
      <p className="links">
        <Link href="/">{t.simulator.watch} →</Link>
        {client && cloud !== undefined && (
          <a href={`${cloud}/clients/${encodeURIComponent(client)}`}>{t.simulator.client} →</a>
        )}
      </p>
    </section>
  );
}
