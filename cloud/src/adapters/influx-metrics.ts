import { HttpError, InfluxDB, Point, setLogger, type WriteApi } from '@influxdata/influxdb-client';
import { QUALITIES, timeOf, type Reading, type Value } from '@keepsite/edge-contract';
import { CloudError } from '../errors.ts';
import type { BlockLedger, MetricStore, ReadingQuery } from '../ports.ts';

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
  const wanted: [string, string | undefined][] = [
    ['tenant', options.tenant],
    ['device', query.device],
    ['metric', query.metric],
    ['part', query.part],
  ];
  const where = [
    ...wanted
      .filter(([, value]) => value !== undefined)
      .map(([tag, value]) => `"${tag}" = ${quoted(tagText(value ?? ''))}`),
    `time >= ${Math.trunc(query.from)}ms`,
    `time < ${Math.trunc(query.to)}ms`,
  ];
  const fields =
    '"device", "metric", "part", "value", "word", "kind", "received_at", "quality", "own_time", "historical"';
  const rows = await ask(
    options,
    `SELECT ${fields} FROM "${MEASUREMENT}" WHERE ${where.join(' AND ')} ORDER BY time ASC LIMIT ${query.limit}`,
  );
  return rows.map(readingOf).toSorted(inOrder);
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
