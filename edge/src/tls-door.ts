import { assertUsable, type TlsDoor } from './adapters/aedes-inbox/doors.ts';
import { readTextFile } from './adapters/text-files.ts';
import type { EdgeConfig } from './config.ts';
import { EdgeError, sentenceOf } from './errors.ts';

/** The door behind TLS, whose files may be replaced while it is open. */
export interface TlsDoorKeeper {
  /** As its files were when they could be used last; null: there is none. */
  door(): TlsDoor | null;
  /** Looks at the files. What is new and can be used counts for whoever connects from now on; else what was there goes on. */
  look(): void;
  /** Hears of every new certificate, key or authority. */
  onRenewed(tell: (door: TlsDoor) => void): void;
  /** Why what lies there now is not used, as a sentence; null: it is. */
  trouble(): string | null;
}

interface TlsDoorLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Opens it as configured; throws EDGE_CONFIG_INVALID when a file of it is missing. */
export function keepTlsDoor(config: EdgeConfig['mqtt'], log: TlsDoorLog): TlsDoorKeeper {
  let current = tlsDoor(config);
  let trouble: string | null = null;
  let tell: (door: TlsDoor) => void = () => {};

  function take(): void {
    const found = tlsDoor(config);
    if (found && !isSame(found, current)) {
      assertUsable(found);
      current = found;
      log.info({ certificate: config.tls?.certificateFile }, 'the door behind TLS has a new certificate');
      tell(found);
    }
  }

  return {
    door: () => current,
    look() {
      const before = trouble;
      try {
        take();
        trouble = null;
      } catch (error) {
        trouble = `${sentenceOf(error)}; the certificate before it goes on`;
        if (trouble !== before) log.error({ trouble }, 'the new certificate is not used');
      }
    },
    onRenewed: (listener) => void (tell = listener),
    trouble: () => trouble,
  };
}

function isSame(one: TlsDoor, other: TlsDoor | null): boolean {
  return (['certificate', 'key', 'clientCa'] as const).every((part) => one[part] === other?.[part]);
}

function tlsDoor({ tls }: EdgeConfig['mqtt']): TlsDoor | null {
  if (tls === null) return null;
  const { host, port, certificateFile, keyFile, clientCaFile } = tls;
  return {
    host,
    port,
    certificate: pem(certificateFile),
    key: pem(keyFile),
    clientCa: clientCaFile === null ? null : pem(clientCaFile),
  };
}

function pem(path: string): string {
  const file = readTextFile(path);
  if (file === null)
    throw new EdgeError('EDGE_CONFIG_INVALID', `there is no ${path}`, { details: [`there is no ${path}`] });
  return file.text;
}
