import type { DeviceStatus } from '@keepsite/edge-contract';
import { useState, type ReactNode } from 'react';
import { useDevices, useQuarantine, type Quarantined } from '../api/queries.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { useSpeech } from '../words/language.tsx';

/** What speaks, when it last did, and what nobody could understand. */
export function DevicesPage(): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <h1>{t.devices.title}</h1>
      <Loaded query={useDevices()} missing={t.devices.notHere}>
        {(page) => <DeviceList devices={page.items} />}
      </Loaded>
      <section id="quarantine">
        <h2>{t.devices.quarantine}</h2>
        <p className="lead">{t.devices.quarantineLead}</p>
        <Loaded query={useQuarantine()} missing={t.devices.notHere}>
          {(page) => <QuarantineList messages={page.items} />}
        </Loaded>
      </section>
    </>
  );
}

function DeviceList({ devices }: { readonly devices: readonly DeviceStatus[] }): ReactNode {
  const { t } = useSpeech();
  const { asset, site } = useDirectory();
  const [text, setText] = useState('');
  const [onlySilent, setOnlySilent] = useState(false);
  const found = (device: DeviceStatus): boolean =>
    `${device.device} ${device.family} ${device.asset ? asset(device.asset) : ''} ${device.site ? site(device.site) : ''}`
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
  return (
    <div className="table-frame">
      <table className="table is-stacked">
        <thead>
          <tr>
            <th>{t.devices.state}</th>
            <th>{t.devices.device}</th>
            <th>{t.devices.asset}</th>
            <th>{t.devices.heard}</th>
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <DeviceRow key={device.device} device={device} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DeviceRow({ device }: { readonly device: DeviceStatus }): ReactNode {
  const { t, format } = useSpeech();
  const { asset, site } = useDirectory();
  const now = useServerNow(5_000);
  const state = stateOf(device);
  return (
    <tr>
      <td>
        <span className={`state is-${state.tone}`}>
          <i className="dot" aria-hidden="true" />
          {t.devices[state.word]}
        </span>
      </td>
      <td>
        <code>{device.device}</code>
        <small className="faint block">{device.family}</small>
      </td>
      <td>
        {device.asset ? asset(device.asset) : <span className="tag">{t.devices.unknown}</span>}
        {device.site && <small className="faint block">{site(device.site)}</small>}
      </td>
      <td className="tabular nowrap">
        {device.lastHeardAt && now !== null ? format.ago(now - Date.parse(device.lastHeardAt)) : t.devices.heardNever}
      </td>
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

function QuarantineList({ messages }: { readonly messages: readonly Quarantined[] }): ReactNode {
  const { t, format } = useSpeech();
  if (messages.length === 0) return <p className="quiet-note">{t.devices.quarantineNone}</p>;
  return (
    <ul className="quarantine">
      {messages.map((message) => (
        <li key={message.id} className="panel">
          <p>
            <code>{message.topic}</code>
            <b>{message.reason}</b>
          </p>
          <p className="faint small">
            {format.dateTime(message.at)} · {message.device ?? t.common.unknown} · {message.family ?? t.common.unknown}{' '}
            · {t.devices.bytes(format.number(message.size))}
          </p>
          <pre>{previewOf(message.payload)}</pre>
        </li>
      ))}
    </ul>
  );
}

/** Text where the bytes are text, hex where they are not; never more than a glance. */
function previewOf(payload: Quarantined['payload']): string {
  const encoded = typeof payload === 'string' ? payload : payload.base64;
  const bytes = bytesOf(encoded);
  if (!bytes) return encoded.slice(0, 600);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.slice(0, 600));
    if (!Array.from(text).some(isControl)) return text;
  } catch {
    // Not text: shown as the bytes they are.
  }
  return Array.from(bytes.slice(0, 120), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function bytesOf(base64: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return null;
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** Anything below a space, save tab and line ends. */
function isControl(char: string): boolean {
  return char < ' ' && !'\t\n\r'.includes(char);
}
