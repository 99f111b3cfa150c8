import type { DeviceStatus } from '@keepsite/edge-contract';
import { useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useDiscoveredCount, useIsEdge } from '../api/adoption.ts';
import { useDevices } from '../api/queries.ts';
import { familyName } from '../adoption/families.ts';
import { deviceHref } from '../adoption/links.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { useSpeech } from '../words/language.tsx';
import { DeviceChange } from './device-change.tsx';

/** What speaks, and when it last did; on an edge also the way to what nobody has adopted yet. */
export function DevicesPage(): ReactNode {
  const { t } = useSpeech();
  const isEdge = useIsEdge();
  const [query] = useSearchParams();
  const chosen = isEdge ? query.get('device') : null;
  return (
    <>
      <h1>{t.devices.title}</h1>
      {chosen === null && <NewDevices />}
      <Loaded query={useDevices()} missing={t.devices.notHere}>
        {({ items }) => {
          const known = isEdge ? items.filter((device) => device.asset !== null) : items;
          const one = known.find(({ device }) => device === chosen);
          return one ? <DeviceChange key={one.device} device={one} /> : <DeviceList devices={known} />;
        }}
      </Loaded>
    </>
  );
}

function NewDevices(): ReactNode {
  const { t } = useSpeech();
  const waiting = useDiscoveredCount();
  if (!waiting) return null;
  return (
    <aside className="callout">
      <div>
        <strong>{t.discovered.heard(waiting)}</strong>
        <p>{t.discovered.heardText}</p>
      </div>
      <Link href="/discovered" className="act is-primary">
        {t.discovered.look}
      </Link>
    </aside>
  );
}

function DeviceList({ devices }: { readonly devices: readonly DeviceStatus[] }): ReactNode {
  const { t } = useSpeech();
  const { asset, site, device: nameOf } = useDirectory();
  const [text, setText] = useState('');
  const [onlySilent, setOnlySilent] = useState(false);
  const found = (device: DeviceStatus): boolean =>
    `${device.device} ${nameOf(device.device) ?? ''} ${device.family} ${device.asset ? asset(device.asset) : ''} ${device.site ? site(device.site) : ''}`
      .toLowerCase()
      .includes(text.toLowerCase());
  const shown = devices.filter((device) => found(device) && (!onlySilent || device.silent)).toSorted(bySilence);
  return (
    <>
      <div className="filters">
        <input
          type="search"
          placeholder={t.devices.filter}
          aria-label={t.devices.filter}
          value={text}
          onChange={(change) => setText(change.target.value)}
        />
        <label className="check">
          <input type="checkbox" checked={onlySilent} onChange={(change) => setOnlySilent(change.target.checked)} />
          {t.devices.onlySilent} ({devices.filter((device) => device.silent).length})
        </label>
      </div>
      {shown.length === 0 ? <p className="quiet-note">{t.devices.none}</p> : <DeviceTable devices={shown} />}
    </>
  );
}

function DeviceTable({ devices }: { readonly devices: readonly DeviceStatus[] }): ReactNode {
  const { t } = useSpeech();
  const isEdge = useIsEdge() === true;
  return (
    <div className="table-frame">
      <table className="table is-stacked">
        <thead>
          <tr>
            <th>{t.devices.state}</th>
            <th>{t.devices.device}</th>
            <th>{t.devices.asset}</th>
            <th>{t.devices.heard}</th>
            {isEdge && <th aria-label={t.change.open} />}
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <DeviceRow key={device.device} device={device} isEdge={isEdge} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DeviceRowProps {
  readonly device: DeviceStatus;
  readonly isEdge: boolean;
}

function DeviceRow({ device, isEdge }: DeviceRowProps): ReactNode {
  const { t, format } = useSpeech();
  const { asset, site, device: nameOf } = useDirectory();
  const named = nameOf(device.device);
  const now = useServerNow(5_000);
  const state = stateOf(device);
  const title = named ?? <code>{device.device}</code>;
  return (
    <tr>
      <td>
        <span className={`state is-${state.tone}`}>
          <i className="dot" aria-hidden="true" />
          {t.devices[state.word]}
        </span>
      </td>
      <td>
        {isEdge ? <Link href={deviceHref(device.device)}>{title}</Link> : title}
        <small className="faint block">
          {named && <code>{device.device}</code>} {familyName(device.family)}
        </small>
      </td>
      <td>
        {device.asset ? asset(device.asset) : <span className="tag">{t.devices.unknown}</span>}
        {device.site && <small className="faint block">{site(device.site)}</small>}
      </td>
      <td className="tabular nowrap">
        {device.lastHeardAt && now !== null ? format.ago(now - Date.parse(device.lastHeardAt)) : t.devices.heardNever}
      </td>
      {isEdge && (
        <td className="right">
          <Link
            href={deviceHref(device.device)}
            className="act is-small"
            aria-label={t.change.openName(named ?? device.device)}
          >
            {t.change.open}
          </Link>
        </td>
      )}
    </tr>
  );
}

function stateOf(device: DeviceStatus): {
  tone: 'good' | 'warn' | 'bad';
  word: 'ok' | 'silent' | 'offline' | 'online' | 'waiting';
} {
  if (device.silent) return { tone: 'bad', word: 'silent' };
  if (device.lastHeardAt === null) return { tone: 'warn', word: 'waiting' };
  if (device.online === false) return { tone: 'warn', word: 'offline' };
  return { tone: 'good', word: device.online ? 'online' : 'ok' };
}

function bySilence(a: DeviceStatus, b: DeviceStatus): number {
  return Number(b.silent) - Number(a.silent) || a.device.localeCompare(b.device);
}
