import { EnergyReportEntry, KeptEnergyReport } from '@keepsite/cloud-contract';
import { z } from 'zod';
import { monthOf } from '../domain/calendar.ts';
import { type Due, dueOf, isPeriod } from '../domain/energy/due.ts';
import type { EnergyPorts } from '../energy/ports.ts';
import { exported, makeReport, reportOf } from '../energy/report.ts';
import { zoneOf } from '../energy/zone.ts';
import { notFound } from '../errors.ts';
import type { FrozenReport } from '../ports/energy.ts';
import type { Api } from './context.ts';
import { ClientParams, knownClient } from './known-client.ts';

const ReportParams = ClientParams.extend({ report: z.string().min(1).max(40) });
const Period = z.string().refine(isPeriod, 'it is a month (2026-03) or a day (2026-03-02)');
const LISTED = 200;

/** Reports that are kept, what they were reckoned from, and as PDF. */
export function energyReportRoutes(api: Api, energy: EnergyPorts): void {
  readRoutes(api, energy);
  makeRoute(api, energy);
  pdfRoute(api, energy);
}

function readRoutes(api: Api, energy: EnergyPorts): void {
  const { store } = energy;
  api.get(
    '/api/clients/:id/energy/reports',
    {
      schema: {
        summary: 'The newest version of every energy report, newest period first',
        params: ClientParams,
        response: { 200: z.object({ items: z.array(EnergyReportEntry), next: z.null() }) },
      },
    },
    async (request) => {
      const { id } = await knownClient(energy, request.params.id);
      return { items: await store.energy.reports(id, LISTED), next: null };
    },
  );

  api.get(
    '/api/clients/:id/energy/reports/:report',
    {
      schema: {
        summary: 'One report, by its id, or the newest of a period by that',
        params: ReportParams,
        response: { 200: KeptEnergyReport },
      },
    },
    async (request) => {
      const { entry, report } = await keptReport(energy, request.params);
      return { ...entry, report };
    },
  );

  api.get(
    '/api/clients/:id/energy/reports/:report/inputs',
    {
      schema: {
        summary: 'All that a report was reckoned from, for `npm run -s energy -- rerun --from FILE`',
        params: ReportParams,
        response: { 200: z.object({}).loose() },
      },
    },
    async (request, reply) => {
      const frozen = await keptReport(energy, request.params);
      const name = fileName(`energy-${frozen.inputs.client.id}-${frozen.entry.period}.json`);
      void reply.header('content-disposition', `attachment; ${name}`);
      return exported(frozen);
    },
  );
}

async function keptReport(
  { store }: EnergyPorts,
  { id, report }: { id: string; report: string },
): Promise<FrozenReport> {
  const kept = isPeriod(report)
    ? await store.energy.newestReport(id, report.length === 7 ? 'month' : 'day', report)
    : await store.energy.report(id, report);
  return kept ?? notFound(`energy report ${report} of ${id}`);
}

function makeRoute(api: Api, energy: EnergyPorts): void {
  api.post(
    '/api/clients/:id/energy/reports',
    {
      schema: {
        summary: 'Make a period’s report from what is known now; the next version when that has changed',
        params: ClientParams,
        body: z.object({ period: Period }).strict(),
        response: { 200: EnergyReportEntry },
      },
    },
    async (request) => {
      const client = await knownClient(energy, request.params.id);
      return (await makeReport(energy, client, dueOf(request.body.period))).entry;
    },
  );
}

function pdfRoute(api: Api, energy: EnergyPorts): void {
  const { clock } = energy;
  api.get(
    '/api/clients/:id/reports/energy.pdf',
    {
      schema: {
        summary: 'A month’s or day’s energy report; without a period, of the newest month that is over',
        params: ClientParams,
        querystring: z.object({
          period: Period.optional(),
          report: z.string().max(40).optional().describe('an older version, by its id'),
          lang: z.enum(['zh', 'en']).default('zh'),
        }),
      },
    },
    async (request, reply) => {
      const client = await knownClient(energy, request.params.id);
      const { report, lang } = request.query;
      const zone = await zoneOf(energy, client.id);
      const due = request.query.period === undefined ? lastMonth(clock.now(), zone) : dueOf(request.query.period);
      const frozen =
        report === undefined
          ? await reportOf(energy, client, due)
          : await keptReport(energy, { id: client.id, report });
      const title =
        lang === 'zh'
          ? `节能报告 ${client.name.zh} ${frozen.entry.period}`
          : `Energy report ${client.name.en} ${frozen.entry.period}`;
      const { entry, report: shown } = frozen;
      const pdf = Buffer.from(await energy.reckoner.pdf({ entry, report: shown }, lang));
      return await reply
        .type('application/pdf')
        .header('content-disposition', `inline; ${fileName(`${title}.pdf`)}`)
        .send(pdf);
    },
  );
}

function lastMonth(now: number, zone: string): Due {
  const month = Temporal.PlainYearMonth.from(monthOf(now, zone)).subtract({ months: 1 });
  return dueOf(month.toString());
}

/** RFC 6266: a plain name for old programs, the real one for all others. */
function fileName(name: string): string {
  const plain =
    name
      .replaceAll(/[^\w .-]+/g, '')
      .trim()
      .replaceAll(/ +/g, '-') || 'report';
  return `filename="${plain.replace(/^[-.]+/, '')}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, escaped)}`;
}

function escaped(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
}
