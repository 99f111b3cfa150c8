// One worker's share of the portfolio that `energy.ts` measures.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { portfolioShare } from './energy.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const { from, to } = workerData as { from: number; to: number };
parentPort?.postMessage(portfolioShare(from, to, collect), []);
