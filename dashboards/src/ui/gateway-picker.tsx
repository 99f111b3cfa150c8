import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { useEdges } from '../api/queries.ts';
import { type ResponseDoor, useResponseDoor } from '../api/response.ts';
import { useSpeech } from '../words/language.tsx';

/** The door that the address names; on a cloud `?edge=` chooses among its gateways. */
export function useDoor(): ResponseDoor | null {
  const [search] = useSearchParams();
  return useResponseDoor(search.get('edge'));
}

/** On a cloud of several gateways: which one the page is about. */
export function GatewayPicker(): ReactNode {
  const { t } = useSpeech();
  const door = useDoor();
  const edges = useEdges();
  const [, setSearch] = useSearchParams();
  if (!door?.edge || !edges || edges.length < 2) return null;
  return (
    <label className="picker">
      <span>{t.rosters.gateway}</span>
      <select value={door.edge} onChange={(change) => setSearch({ edge: change.target.value })}>
        {edges.map(({ id }) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
  );
}
