import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';
import { useDirectory } from './directory.tsx';

/** The assets of every site, to choose one. */
export function AssetField({ label }: { readonly label: string }): ReactNode {
  const { t, name } = useSpeech();
  const { registry } = useDirectory();
  return (
    <label>
      {label}
      <select name="asset" required defaultValue="">
        <option value="" disabled>
          {t.report.choose}
        </option>
        {registry?.sites.map((site) => {
          const zones = new Set(registry.zones.filter((zone) => zone.site === site.id).map((zone) => zone.id));
          return (
            <optgroup key={site.id} label={name(site.name)}>
              {registry.assets
                .filter((asset) => zones.has(asset.zone))
                .map((asset) => (
                  <option key={asset.id} value={asset.id}>
                    {name(asset.name)} · {t.assetKind[asset.kind]}
                  </option>
                ))}
            </optgroup>
          );
        })}
      </select>
    </label>
  );
}
