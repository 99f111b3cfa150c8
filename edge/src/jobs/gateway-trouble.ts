import type { Asset, Millis, Registry } from '@keepsite/edge-contract';
import type { Breach } from '../domain/breach.ts';
import { DAMAGE_KEY, damageOf, type DamageRecord, damageSentence } from '../domain/store-damage.ts';
import type { Pipeline, Reserve, Store } from '../ports.ts';

export interface GatewayTroubleParts {
  readonly edge: string;
  readonly registry: () => Registry;
  readonly store: Pick<Store, 'cursor' | 'saveCursor'>;
  readonly pipeline: Pick<Pipeline, 'raise'>;
  readonly now: () => Millis;
  readonly log: { error(fields: object, message: string): void };
}

/**
 * Raises an incident about the gateway itself when its store was damaged, once; a crash before that is
 * on disk raises it at the next start. The gateway is an asset of kind `gateway` in the registry; where
 * there is none, only the log, `/readyz`, the heartbeat and `/metrics` tell.
 */
export async function tellOfDamage(parts: GatewayTroubleParts): Promise<void> {
  const { edge, registry, store, pipeline, now, log } = parts;
  const damage = damageOf(store.cursor(DAMAGE_KEY));
  if (!damage || damage.told) return;
  log.error(damage, 'the store was damaged, a new one goes on with what could be rescued');
  const gateway = gatewayOf(registry(), edge);
  if (gateway) await pipeline.raise(breachOf(damage, gateway, now()));
  store.saveCursor(DAMAGE_KEY, JSON.stringify({ ...damage, told: true } satisfies DamageRecord));
}

/**
 * What people should look into although the edge does its work. A damaged store is told until somebody
 * has taken its file away.
 */
export function troublesOf(parts: {
  readonly clock: string | null;
  readonly store: Pick<Store, 'cursor'>;
  readonly isThere: (file: string) => boolean;
}): Record<'clock' | 'store', string | null> {
  const damage = damageOf(parts.store.cursor(DAMAGE_KEY));
  const store = damage && parts.isThere(damage.file) ? `${damageSentence(damage)}; it lies in ${damage.file}` : null;
  return { clock: parts.clock, store };
}

/** What is wrong with the disk that is kept back for incidents, as a sentence; null: it is whole. */
export function reserveTrouble({ left, whole, trouble }: Reserve): string | null {
  if (trouble !== null || left >= whole) return trouble;
  const [now, all] = [left, whole].map((bytes) => (bytes / 1e6).toFixed(1));
  return `${now} of ${all} MB that are kept back for incidents are left; they come back when the disk has room`;
}

/** The gateway's own asset: the one that is named after the edge, else the only one there is. */
export function gatewayOf({ assets }: Pick<Registry, 'assets'>, edge: string): Asset | undefined {
  const gateways = assets.filter(({ kind }) => kind === 'gateway');
  return gateways.find(({ id }) => id === edge) ?? (gateways.length === 1 ? gateways[0] : undefined);
}

function breachOf(damage: DamageRecord, { id }: Asset, at: Millis): Breach {
  return {
    state: 'raised',
    source: 'edge:store',
    asset: id,
    device: null,
    fault: 'unknown',
    vendorCode: 'store_damaged',
    severity: 'major',
    summary: {
      en: `Gateway: ${damageSentence(damage)}`,
      zh: `网关:存储文件损坏,发现于 ${damage.at};能读出的数据已恢复,其余已丢失`,
    },
    deviceAt: null,
    firstSeenAt: at,
    evidence: [],
  };
}
