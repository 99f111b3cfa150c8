import { HttpError, InfluxDB, Point, setLogger, type WriteApi } from '@influxdata/influxdb-client';
import { QUALITIES, timeOf, type Reading, type Value } from '@keepsite/edge-contract';
import { CloudError } from '../errors.ts';
import type { BlockLedger, MetricStore, ReadingQuery, Summary, SummaryQuery } from '../ports.ts';

export interface InfluxOptions {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
  readonly tenant: string;
  readonly ledger: BlockLedger;
}

const MEASUREMENT = 'readings';
/** Stands for no part; a part of that name travels as %25. */
const NO_PART = '%';
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const TAG_UNSAFE = /[%\\\u0000-\u001f\u007f]/g;

// The client also prints what it throws; what was thrown is told once, by whoever asked.
setLogger({ error: () => undefined, warn: () => undefined });

/**
 * Readings in InfluxDB: written as line protocol, read with InfluxQL over `/query`, which 1.x, 2.x
 * and 3.x all understand. The ledger is told after a block is written; a crash between the two
 * writes the block again, onto the same points.
 */
export function influxMetrics(options: InfluxOptions): MetricStore {
  const { url, token, org, bucket, tenant, ledger } = options;
  const client = new InfluxDB({ url, token, timeout: 20_000 });
  return {
    async write(edge, seq, readings, epoch = '') {
      if (await ledger.has(edge, seq, epoch)) return 'duplicate';
      // No retries of its own: the edge keeps the block and sends it again.
      const api = client.getWriteApi(org, bucket, 'ms', { maxRetries: 0, batchSize: 5_000, defaultTags: { tenant } });
      await writeAll(api, edge, readings);
      await ledger.add(edge, seq, readings.length, epoch);
      return 'written';
    },
    read: (query) => read(options, query),
    summaries: (query) => summaries(options, query),
    async ping() {
      await ask(options, 'SHOW MEASUREMENTS LIMIT 1');
    },
    close: () => Promise.resolve(),
  };
}

async function writeAll(api: WriteApi, edge: string, readings: readonly Reading[]): Promise<void> {
  try {
    for (const reading of oneAnInstant(readings)) api.writePoint(pointOf(edge, reading));
    await api.close();
  } catch (cause) {
    const refused = cause instanceof HttpError && (cause.statusCode === 400 || cause.statusCode === 422);
    throw new CloudError(
      refused ? 'CLOUD_BAD_INPUT' : 'CLOUD_METRICS_FAILED',
      `InfluxDB did not take the block: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** Points of one series and time replace each other in no promised order, so the one received last is picked here. */
function oneAnInstant(readings: readonly Reading[]): Reading[] {
  const newest = new Map<string, Reading>();
  for (const reading of readings) {
    const key = `${reading.device}\n${reading.metric}\n${reading.part ?? ''}\n${timeOf(reading)}`;
    const known = newest.get(key);
    if (!known || known.receivedAt <= reading.receivedAt) newest.set(key, reading);
  }
  return [...newest.values()];
}

function pointOf(edge: string, reading: Reading): Point {
  const point = new Point(MEASUREMENT)
    .tag('edge', tagText(edge))
    .tag('device', tagText(reading.device))
    .tag('metric', tagText(reading.metric))
    .tag('part', reading.part === null ? NO_PART : tagText(reading.part))
    .timestamp(timeOf(reading))
    .intField('received_at', reading.receivedAt)
    .intField('quality', QUALITIES.indexOf(reading.quality))
    .booleanField('own_time', reading.at !== null)
    .booleanField('historical', reading.historical);
  return withValue(point, reading.value);
}

/** The kind is written each time, so that a value of another kind at the same point leaves nothing of the old one behind. */
function withValue(point: Point, value: Value): Point {
  const kind = value === null ? 'null' : typeof value;
  point.stringField('kind', kind);
  if (typeof value === 'number') return point.floatField('value', value);
  if (typeof value === 'boolean') return point.floatField('value', value ? 1 : 0);
  return typeof value === 'string' ? point.stringField('word', value) : point;
}

async function read(options: InfluxOptions, query: ReadingQuery): Promise<Reading[]> {
  const { device, metric, part } = query;
  const where = [...hasTags({ tenant: options.tenant, device, metric, part }), ...isWithin(query)];
  const fields =
    '"device", "metric", "part", "value", "word", "kind", "received_at", "quality", "own_time", "historical"';
  const rows = await ask(
    options,
    `SELECT ${fields} FROM "${MEASUREMENT}" WHERE ${where.join(' AND ')} ORDER BY time ASC LIMIT ${query.limit}`,
  );
  return rows.map(readingOf).toSorted(inOrder);
}

/**
 * Three questions, because a `GROUP BY time()` answers with where a step begins and never with when its first
 * and last values were: those are told by the time that passed between neighbours, from the series' first point on.
 */
async function summaries(options: InfluxOptions, { part, stepMs, ...query }: SummaryQuery): Promise<Summary[]> {
  const { device, metric } = query;
  const within = isWithin(query);
  const own = [
    ...hasTags({ tenant: options.tenant, device, metric }),
    `"part" = ${quoted(part === null ? NO_PART : tagText(part))}`,
    `"quality" = ${QUALITIES.indexOf('good')}`,
    `"kind" = 'number'`,
    ...within,
  ].join(' AND ');
  const source = `FROM "${MEASUREMENT}" WHERE ${own}`;
  const steps = `GROUP BY time(${stepMs}ms, ${query.from % stepMs}ms) fill(none)`;
  const [begin] = await ask(options, `SELECT "value" ${source} ORDER BY time ASC LIMIT 1`);
  if (!begin) return [];
  const values = 'count("value") AS n, first("value"), last("value"), min("value"), max("value"), mean("value")';
  const held = await ask(options, `SELECT ${values} ${source} ${steps}`);
  const passed = await ask(
    options,
    `SELECT first("e"), sum("e") FROM (SELECT elapsed("value", 1ms) AS e ${source}) WHERE ${within.join(' AND ')} ${steps}`,
  );
  return placed(held, new Map(passed.map((row) => [row['time'], row])), Number(begin['time']));
}

function placed(held: readonly Row[], passed: ReadonlyMap<Row[string] | undefined, Row>, begin: number): Summary[] {
  let before = begin;
  return held.map((row, i) => {
    const since = passed.get(row['time']);
    // Nothing has passed before the very first point.
    const first = i === 0 ? begin : before + Number(since?.['first'] ?? 0);
    before += Number(since?.['sum'] ?? 0);
    return {
      at: Number(row['time']),
      count: Number(row['n']),
      first: { at: first, value: Number(row['first']) },
      last: { at: before, value: Number(row['last']) },
      least: Number(row['min']),
      greatest: Number(row['max']),
      mean: Number(row['mean']),
    };
  });
}

/** Conditions on tags; one that is undefined is none. */
function hasTags(tags: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(tags).flatMap(([tag, value]) =>
    value === undefined ? [] : [`"${tag}" = ${quoted(tagText(value))}`],
  );
}

function isWithin({ from, to }: { readonly from: number; readonly to: number }): string[] {
  return [`time >= ${Math.trunc(from)}ms`, `time < ${Math.trunc(to)}ms`];
}

/** Line protocol has no way to write a line break, nor a backslash at a tag's end: those travel as %XX. */
function tagText(text: string): string {
  return text.replaceAll(TAG_UNSAFE, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function textOfTag(tag: string | number | boolean | null | undefined): string {
  return String(tag ?? '').replaceAll(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** InfluxQL has no bound parameters in every version: quotes and backslashes are the only way out of a string. */
function quoted(text: string): string {
  return `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", String.raw`\'`)
    .replaceAll('\n', String.raw`\n`)}'`;
}

type Row = Readonly<Record<string, string | number | boolean | null>>;

async function ask({ url, token, org, bucket }: InfluxOptions, q: string): Promise<Row[]> {
  const address = new URL('/query', url);
  for (const [key, value] of Object.entries({ db: bucket, org, epoch: 'ms' })) address.searchParams.set(key, value);
  try {
    const headers = {
      ...(token ? { authorization: `Token ${token}` } : {}),
      'content-type': 'application/x-www-form-urlencoded',
    };
    const response = await fetch(address, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ q }),
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok) throw new Error(`${response.status} ${(await response.text()).slice(0, 300)}`);
    return rowsOf((await response.json()) as InfluxAnswer);
  } catch (cause) {
    throw new CloudError('CLOUD_METRICS_FAILED', `InfluxDB does not answer: ${messageOf(cause)}`, { cause });
  }
}

interface InfluxAnswer {
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly columns: readonly string[];
      readonly values: readonly (string | number | boolean | null)[][];
    }[];
  }[];
}

function rowsOf(answer: InfluxAnswer): Row[] {
  const [result] = answer.results ?? [];
  if (result?.error) throw new Error(result.error);
  return (result?.series ?? []).flatMap(({ columns, values }) =>
    values.map((value) => Object.fromEntries(columns.map((column, index) => [column, value[index] ?? null]))),
  );
}

function readingOf(row: Row): Reading {
  const time = Number(row['time']);
  return {
    device: textOfTag(row['device']),
    metric: textOfTag(row['metric']),
    part: row['part'] === NO_PART ? null : textOfTag(row['part']),
    value: valueOf(row),
    at: row['own_time'] === true ? time : null,
    receivedAt: Number(row['received_at']),
    quality: QUALITIES[Number(row['quality'])] ?? 'unknown',
    historical: row['historical'] === true,
  };
}

function valueOf(row: Row): Value {
  if (row['kind'] === 'string') return String(row['word'] ?? '');
  if (row['kind'] === 'boolean') return row['value'] === 1;
  return row['kind'] === 'number' ? Number(row['value']) : null;
}

function inOrder(a: Reading, b: Reading): number {
  return timeOf(a) - timeOf(b) || compare(a.metric, b.metric) || compare(a.part ?? '', b.part ?? '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
