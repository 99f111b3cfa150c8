import type { ChannelState, TestVerdict } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useChannels, useTestChannel } from '../api/channels.ts';
import { useWhoAmI } from '../api/queries.ts';
import { Loaded } from '../ui/loading.tsx';
import { useSpeech } from '../words/language.tsx';

/** Whether people can be reached, tested before somebody has to be: every way, whom it reaches, and a button each. */
export function ChannelsPage(): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const query = useChannels();
  return (
    <div className="narrow">
      <h1>{t.channels.title}</h1>
      <p className="lead">{t.channels.lead}</p>
      {who?.server === 'cloud' && <p className="quiet-note">{t.channels.edgeOnly}</p>}
      {who?.server === 'edge' && (
        <Loaded query={query}>
          {({ items }) => (
            <div className="channels">
              {items.map((channel) => (
                <Channel key={channel.name} channel={channel} />
              ))}
            </div>
          )}
        </Loaded>
      )}
    </div>
  );
}

function Channel({ channel: { name, type, people } }: { readonly channel: ChannelState }): ReactNode {
  const { t } = useSpeech();
  return (
    <section className="panel" aria-label={name}>
      <h2>
        {t.channel[name] ?? name}{' '}
        {type !== null && type !== name && <span className="tag">{t.channel[type] ?? type}</span>}
      </h2>
      {type === null && <p className="is-bad">{t.channels.missing}</p>}
      {people.length === 0 && <p className="faint small">{t.channels.reachesNobody}</p>}
      <ul className="session-list">
        {people.map((person) => (
          <Reached key={person.id} channel={name} person={person} isSetUp={type !== null} />
        ))}
      </ul>
    </section>
  );
}

interface ReachedProps {
  readonly channel: string;
  readonly person: ChannelState['people'][number];
  readonly isSetUp: boolean;
}

function Reached({ channel, person: { id, name }, isSetUp }: ReachedProps): ReactNode {
  const { t } = useSpeech();
  const test = useTestChannel(channel);
  return (
    <li>
      <span>
        <b>{name}</b>
        <output className={test.data?.outcome === 'accepted' ? 'small block' : 'is-bad small block'}>
          {test.error ? test.error.message : toldOf(test.data, t.channels.tested)}
        </output>
      </span>
      {isSetUp && (
        <button
          type="button"
          className="act is-small"
          aria-label={t.channels.testOf(name)}
          disabled={test.isPending}
          onClick={() => test.mutate(id)}
        >
          {t.channels.test}
        </button>
      )}
    </li>
  );
}

/** The verdict in words, with what the provider said. */
function toldOf(verdict: TestVerdict | undefined, words: Readonly<Record<TestVerdict['outcome'], string>>): string {
  if (!verdict) return '';
  return verdict.reason === null ? words[verdict.outcome] : `${words[verdict.outcome]} (${verdict.reason})`;
}
