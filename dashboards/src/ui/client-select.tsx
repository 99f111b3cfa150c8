import type { ReactNode } from 'react';
import { useIsCloud } from '../api/after.ts';
import { useClients } from '../api/queries.ts';
import { useSpeech } from '../words/language.tsx';

interface ClientSelectProps {
  /** '' for every client. */
  readonly client: string;
  readonly onPick: (client: string) => void;
}

/** One client, or all of them. */
export function ClientSelect({ client, onPick }: ClientSelectProps): ReactNode {
  const { t, name } = useSpeech();
  const { data } = useClients(true);
  return (
    <select value={client} onChange={(change) => onPick(change.target.value)} aria-label={t.incident.clients}>
      <option value="">{t.after.allClients}</option>
      {data?.items.map((one) => (
        <option key={one.id} value={one.id}>
          {name(one.name)}
        </option>
      ))}
    </select>
  );
}

/** A client's name; its id until the names are known, and where only ids are. */
export function useClientName(): (id: string) => string {
  const { name } = useSpeech();
  const { data } = useClients(useIsCloud() === true);
  return (id) => {
    const client = data?.items.find((one) => one.id === id);
    return client ? name(client.name) : id;
  };
}
