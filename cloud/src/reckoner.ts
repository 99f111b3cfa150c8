// The thread in which reports are reckoned and set as PDF; `compose.ts` starts it.
import { serveWork } from './adapters/work-thread-far.ts';
import { carryOut } from './energy/reckoner.ts';

serveWork(carryOut);
