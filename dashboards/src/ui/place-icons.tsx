import type { ReactNode } from 'react';
import type { GroupName } from '../places/places.ts';

const SHAPES: Record<GroupName, ReactNode> = {
  live: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5.500l3.5 2" />
    </>
  ),
  incidents: <path d="M12 3.5 22 20.500H2zM12 10v5M12 17.700v.3" />,
  response: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4 20.500c1-4.5 4-6.5 8-6.500s7 2 8 6.5" />
    </>
  ),
  clients: (
    <path d="M4 20.500V6l8-3v17.500M12 9h8v11.500M2.5 20.500h19M7.5 8.500v.300M7.5 12.500v.300M16 13v.300M16 16.500v.3" />
  ),
  devices: (
    <>
      <rect x="6" y="6" width="12" height="12" rx="2" />
      <path d="M9.5 2.500V6M14.5 2.500V6M9.5 18v3.500M14.5 18v3.500M2.5 9.500H6M2.5 14.500H6M18 9.500h3.500M18 14.500h3.5" />
    </>
  ),
  manage: (
    <>
      <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
      <circle cx="16" cy="7" r="2.7" />
      <circle cx="8" cy="17" r="2.7" />
    </>
  ),
};

/** A group of places as a line drawing; its word stands beside it. */
export function GroupIcon({ group }: { readonly group: GroupName }): ReactNode {
  return (
    <svg className="place-icon" viewBox="0 0 24 24" aria-hidden="true">
      {SHAPES[group]}
    </svg>
  );
}
