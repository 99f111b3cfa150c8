import type { AssetCode, Registry } from '@keepsite/edge-contract';
import { encodeQR } from 'qr';
import { createDirectory } from '../domain/directory.ts';
import type { Codes } from './codes.ts';

/** What one asset's sticker says; `root` is where phones reach this edge. Throws PLACE_UNKNOWN. */
export function assetCode(asset: string, root: string, codes: Pick<Codes, 'of'>, registry: Registry): AssetCode {
  const { code, version } = codes.of(asset);
  const place = createDirectory(registry).asset(asset);
  const told = (language: 'en' | 'zh') =>
    [place?.site.name[language], place?.zone.name[language]].filter(Boolean).join(' · ');
  return {
    asset,
    name: place?.asset.name ?? { en: asset, zh: asset },
    place: { en: told('en'), zh: told('zh') },
    code,
    version,
    url: `${root}/a/${code}`,
  };
}

/** The QR code of an address (ISO/IEC 18004) as SVG; a quarter of it may be scratched away. */
export function codeSvg(url: string): string {
  return encodeQR(url, 'svg', { ecc: 'quartile', border: 4 });
}

/** A page to be printed and cut: one sticker an asset, in both languages. It holds everything that it needs. */
export function codeSheet(codes: readonly AssetCode[]): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>Keepsite · 现场码 / on-site codes</title>
<style>
body { margin: 0; font: 11pt/1.35 system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; color: #000; background: #fff; }
main { display: grid; grid-template-columns: repeat(auto-fill, 62mm); gap: 4mm; padding: 8mm; }
article { break-inside: avoid; border: 0.3mm dashed #888; padding: 4mm; text-align: center; }
article svg { width: 42mm; height: 42mm; }
h2 { margin: 0; font-size: 12pt; }
p { margin: 1mm 0 0; }
code { font-size: 12pt; letter-spacing: 0.06em; }
small { color: #444; }
</style>
</head>
<body>
<main>
${codes.map(sticker).join('\n')}
</main>
</body>
</html>
`;
}

function sticker({ name, place, code, version, url }: AssetCode): string {
  return `<article>
${codeSvg(url)}
<h2>${escaped(name.zh)}</h2>
<p>${escaped(name.en)}</p>
<p><code>${code}</code></p>
<p><small>${escaped(place.zh)}<br>${escaped(place.en)}<br>到场请扫码 / scan when on site · v${version}</small></p>
</article>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
