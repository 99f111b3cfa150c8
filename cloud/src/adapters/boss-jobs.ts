import { PgBoss } from 'pg-boss';
import type { Events } from '../events.ts';
import type { Jobs } from '../ports.ts';

/**
 * Jobs through pg-boss, in its own schema `keepsite_jobs`. Starting makes that schema and may take
 * a second: do not wait for it before answering requests.
 */
export function bossJobs(url: string, events: Pick<Events, 'jobFailed'>): Jobs {
  const boss = new PgBoss({
    connectionString: url,
    schema: 'keepsite_jobs',
    max: 3,
    application_name: 'keepsite-jobs',
  });
  boss.on('error', (error) => events.jobFailed({ job: 'pg-boss', reason: error.message }));
  let ready = false;
  return {
    async start(handlers, schedule) {
      await boss.start();
      for (const [name, run] of Object.entries(handlers)) {
        await boss.createQueue(name, { retryLimit: 3, retryDelay: 60, expireInSeconds: 1800 });
        await boss.work(name, { pollingIntervalSeconds: 5 }, async () => {
          await run();
        });
      }
      for (const { job, cron, timeZone } of schedule) await boss.schedule(job, cron, {}, { tz: timeZone });
      ready = true;
    },
    async wish(name, key) {
      if (ready) await boss.send(name, {}, { singletonKey: key, singletonSeconds: 3600 });
    },
    async stop() {
      ready = false;
      await boss.stop({ graceful: true, timeout: 5_000 });
    },
  };
}
