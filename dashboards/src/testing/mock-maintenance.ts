import {
  instantText,
  type DrillBody,
  type MaintenanceBody,
  type MaintenanceWindow,
  type Millis,
} from '@keepsite/edge-contract';
import type { MockHouse } from './mock-house.ts';
import { list, type MockRoute } from './mock-route.ts';

const HOUR = 3_600_000;

/** Announced work: one that is on, one to come, one that is over; whatever is announced; and drills. */
export function maintenanceRoutes(house: MockHouse, now: () => Millis) {
  const at = (hours: number): string => instantText(now() + hours * HOUR);
  const windows: MaintenanceWindow[] = [
    {
      id: 'w1',
      asset: 'yunqi-a-lift-1',
      from: at(-1),
      to: at(1),
      by: 'zhao-min',
      reason: '更换曳引绳',
      madeAt: at(-20),
    },
    {
      id: 'w2',
      site: 'nangang',
      from: at(30),
      to: at(34),
      by: 'li-na',
      reason: 'Yearly test of the pumps',
      madeAt: at(-5),
      faults: ['pump_failed', 'leak'],
    },
    {
      id: 'w3',
      zone: 'tianhe-main',
      from: at(-50),
      to: at(-48),
      by: 'li-na',
      reason: 'Painting',
      madeAt: at(-60),
      endedBy: 'wang-wei',
    },
  ];
  const put = (window: MaintenanceWindow): MaintenanceWindow => {
    windows.splice(windows.findIndex(({ id }) => id === window.id) >>> 0, 1, window);
    return window;
  };
  const change = (id: string, over: Partial<MaintenanceWindow>): MaintenanceWindow | undefined => {
    const found = windows.find((window) => window.id === id);
    return found && put({ ...found, ...over });
  };
  const gets: MockRoute[] = [[/^\/api\/maintenance$/, () => list(windows)]];
  const posts: MockRoute<MaintenanceBody & DrillBody>[] = [
    [/^\/api\/drills$/, (_, body) => drill(body, house, now())],
    [
      /^\/api\/maintenance$/,
      (_, { from = at(0), by = 'wang-wei', ...body }) =>
        put({ ...body, from, by, id: `w${windows.length + 1}`, madeAt: at(0) }),
    ],
    [/^\/api\/maintenance\/([^/]+)\/end$/, ([id = ''], { by }) => change(id, { to: at(0), endedBy: by ?? 'wang-wei' })],
    [/^\/api\/maintenance\/([^/]+)\/extend$/, ([id = ''], { to }) => change(id, { to })],
  ];
  return { gets, posts };
}

function drill(
  { commandId, asset = 'yunqi-a-lift-1', fault, severity }: DrillBody,
  house: MockHouse,
  now: Millis,
): unknown {
  const id = house.raise({ asset, fault, severity, agoSeconds: 0, evidence: [], drill: true }, now);
  return { commandId, state: 'done', modified: true, reason: null, incident: house.incidents.get(id) };
}
