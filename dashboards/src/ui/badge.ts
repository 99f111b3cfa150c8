/** Counts open incidents in the tab's title and on its icon, so that a hidden tab still tells. */
export function showBadge(title: string, open: number): void {
  document.title = open > 0 ? `(${open}) ${title} · Keepsite` : `${title} · Keepsite`;
  const icon = document.querySelector<HTMLLinkElement>('#favicon');
  if (icon) icon.href = open > 0 ? badgeIcon(open) : '/icon.svg';
}

function badgeIcon(open: number): string {
  const text = open > 99 ? '99' : String(open);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path d="M20 3h24l17 17v24L44 61H20L3 44V20z" fill="#e5484d"/><text x="32" y="45" font-family="system-ui,sans-serif" font-size="${text.length > 1 ? 32 : 38}" font-weight="700" text-anchor="middle" fill="#fff">${text}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
