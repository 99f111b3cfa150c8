import type { Phone, TestVerdict } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import {
  type Owner,
  PhoneError,
  useAddPhone,
  useBarrier,
  usePhones,
  useRemovePhone,
  useTestPhone,
  useThisPhone,
} from '../api/phone.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { Loaded } from '../ui/loading.tsx';
import { useSpeech } from '../words/language.tsx';

/** On which phones one is paged: this one by one press, with a test, and the others with a way to take them off. */
export function Phones({ owner }: { readonly owner: Owner | null }): ReactNode {
  const { t } = useSpeech();
  return (
    <section className="panel phones" aria-label={t.phone.title}>
      <h2>{t.phone.title}</h2>
      <p>{t.phone.lead}</p>
      <Loaded query={usePhones(owner)}>
        {({ person, phones }) =>
          person === null ? (
            <p className="is-warned">{t.phone.nobody}</p>
          ) : (
            <>
              <ThisPhone owner={owner} phones={phones} />
              <PhoneList owner={owner} phones={phones} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

interface Props {
  readonly owner: Owner | null;
  readonly phones: readonly Phone[];
}

/** The button, or why there is none. */
function ThisPhone({ owner, phones }: Props): ReactNode {
  const { t } = useSpeech();
  const barrier = useBarrier();
  const add = useAddPhone(owner);
  const here = useThisPhone(owner?.person ?? null);
  const isOn = phones.some(({ id, state }) => id === here && state === 'on');
  if (barrier !== null) return <p className="is-warned">{t.phone.barrier[barrier]}</p>;
  if (isOn) return null;
  return (
    <>
      <button type="button" className="act is-primary" disabled={add.isPending} onClick={() => add.mutate()}>
        {add.isPending ? t.phone.adding : t.phone.add}
      </button>
      <output className={add.error ? 'is-bad' : ''}>{failureOf(add.error, t.phone)}</output>
    </>
  );
}

type Words = ReturnType<typeof useSpeech>['t']['phone'];

function failureOf(error: Error | null, words: Words): string | null {
  if (error === null) return null;
  return error instanceof PhoneError ? words.failure[error.why] : error.message;
}

function PhoneList({ owner, phones }: Props): ReactNode {
  const { t } = useSpeech();
  if (phones.length === 0) return <p className="faint small">{t.phone.none}</p>;
  return (
    <ul className="session-list">
      {phones.map((phone) => (
        <PhoneLine key={phone.id} owner={owner} phone={phone} />
      ))}
    </ul>
  );
}

function PhoneLine({ owner, phone }: { readonly owner: Owner | null; readonly phone: Phone }): ReactNode {
  const { t } = useSpeech();
  const here = useThisPhone(owner?.person ?? null);
  const test = useTestPhone(owner);
  const remove = useRemovePhone(owner);
  return (
    <li className={`phone is-${phone.state}`}>
      <span>
        <b>{phone.name}</b> {phone.id === here && <span className="tag">{t.phone.here}</span>}
        <PhoneState phone={phone} />
        <output className={test.data?.outcome === 'accepted' ? 'small block' : 'is-bad small block'}>
          {testTold(test.data, test.error, t.phone)}
        </output>
      </span>
      <span className="phone-acts">
        {phone.state !== 'gone' && (
          <button
            type="button"
            className="act is-small"
            aria-label={t.phone.testOf(phone.name)}
            disabled={test.isPending}
            onClick={() => test.mutate(phone.id)}
          >
            {t.phone.test}
          </button>
        )}
        <button
          type="button"
          className="act is-small"
          aria-label={t.phone.removeOf(phone.name)}
          disabled={remove.isPending}
          onClick={() => remove.mutate(phone.id)}
        >
          {t.phone.remove}
        </button>
      </span>
    </li>
  );
}

/** When a call last went there, and what is wrong. */
function PhoneState({ phone: { state, acceptedAt, trouble } }: { readonly phone: Phone }): ReactNode {
  const { t, format } = useSpeech();
  const now = useServerNow(60_000);
  const ago = now === null || acceptedAt === null ? null : format.ago(now - Date.parse(acceptedAt));
  return (
    <>
      {state === 'on' && <small className="faint block">{ago === null ? t.phone.never : t.phone.accepted(ago)}</small>}
      {state !== 'on' && <small className="is-warned block">{t.phone.state[state]}</small>}
      {trouble !== null && <small className="faint block">{t.phone.said(trouble)}</small>}
    </>
  );
}

function testTold(result: TestVerdict | undefined, error: Error | null, words: Words): string | null {
  if (error) return error.message;
  return result ? words.tested[result.outcome] : null;
}
