import { useState, type ReactNode, type SubmitEvent } from 'react';
import { Link, useLocation } from 'wouter';
import { useMappings } from '../api/adoption.ts';
import { mappingHref } from '../adoption/links.ts';
import { isMappingName } from '../mapping/topic.ts';
import { OnEdge } from '../ui/on-edge.tsx';
import { Loaded } from '../ui/loading.tsx';
import { Permitted } from '../ui/permitted.tsx';
import { useSpeech } from '../words/language.tsx';

/** Every mapping file of this edge, and a way to begin a new one. */
export function MappingsPage(): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <h1>{t.mapping.title}</h1>
      <p className="lead">{t.mapping.lead}</p>
      <OnEdge elsewhere={t.mapping.notHere} to="mapping.read">
        <MappingFiles />
        <Permitted to="mapping.write">
          <NewMapping />
        </Permitted>
      </OnEdge>
    </>
  );
}

function MappingFiles(): ReactNode {
  const { t } = useSpeech();
  return (
    <Loaded query={useMappings()}>
      {({ items }) =>
        items.length === 0 ? (
          <div className="empty">
            <strong>{t.mapping.none}</strong>
            <p>{t.mapping.noneText}</p>
          </div>
        ) : (
          <ul className="files panel">
            {items.map((file) => (
              <li key={file.name}>
                <Link href={mappingHref(file.name)}>{file.name}</Link>
                <span className="faint">{file.family}</span>
                <span className={file.ok ? 'state is-good' : 'state is-bad'}>
                  <i className="dot" aria-hidden="true" />
                  {file.ok ? t.mapping.good : t.mapping.faulty(file.errors.length)}
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function NewMapping(): ReactNode {
  const { t } = useSpeech();
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const wrong = name !== '' && !isMappingName(name);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isMappingName(name)) go(mappingHref(name));
  };
  return (
    <form className="filters" onSubmit={submit}>
      <input
        type="text"
        aria-label={t.mapping.newName}
        placeholder={t.mapping.newName}
        aria-invalid={wrong}
        value={name}
        onChange={(change) => setName(change.target.value.trim())}
      />
      <button type="submit" className="act" disabled={!isMappingName(name)}>
        {t.mapping.create}
      </button>
      {wrong && <small className="is-warn">{t.mapping.nameWrong}</small>}
    </form>
  );
}
