import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  GROUPED_TOPIC,
  type KeptMessage,
  type KeptOf,
  type QuarantinedMessage,
  type Store,
  type StoredQuarantineGroup,
} from '../../ports.ts';
import { guarded, rowOf, rowsOf } from './connection.ts';

const COLUMNS = 'id, at, topic, retain, device, family, stranger, reason, payload, size';
/** The topic that tells a group apart where no device does; word for word as the index has it. */
const GROUP_TOPIC = `iif(device IS NULL, substr(topic, 1, ${GROUPED_TOPIC}), NULL)`;

interface Row extends Omit<KeptMessage, 'retain' | 'reason'> {
  readonly retain: number;
  readonly reason: string;
}
interface GroupRow extends Omit<StoredQuarantineGroup, 'newest' | 'topic'> {
  readonly topicOfGroup: string | null;
  readonly newest: number;
}
type QuarantineReader = Pick<Store, 'quarantine' | 'quarantineGroups' | 'kept' | 'keptFor' | 'lastKept'>;

/** Everything that can be asked of what is kept. */
export function createQuarantineReader(reader: DatabaseSync): QuarantineReader {
  const newest = reader.prepare(
    `SELECT ${COLUMNS} FROM quarantine WHERE reason <> '' AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const count = reader.prepare("SELECT count(*) AS total FROM quarantine WHERE reason <> ''");
  const groups = reader.prepare(
    `SELECT pattern, device, ${GROUP_TOPIC} AS topicOfGroup, family, count(*) AS count, min(at) AS firstAt, max(at) AS lastAt,
       sum(length(payload) = size) AS whole, max(id) AS newest
     FROM quarantine WHERE reason <> '' GROUP BY pattern, device, family, ${GROUP_TOPIC} ORDER BY newest DESC LIMIT ?`,
  );
  const byId = reader.prepare(`SELECT ${COLUMNS} FROM quarantine WHERE id = ?`);
  const share = reader.prepare('SELECT items FROM quarantine_shares WHERE pool = 1 AND source = ?');
  const last = reader.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'quarantine'");
  return {
    quarantine: ({ before = Number.MAX_SAFE_INTEGER, limit }) =>
      guarded(() => ({
        items: rowsOf<Row>(newest, before, limit).map(messageOf) as QuarantinedMessage[],
        total: rowOf<{ total: number }>(count)?.total ?? 0,
      })),
    quarantineGroups: (limit) =>
      guarded(() =>
        rowsOf<GroupRow>(groups, limit).flatMap(({ topicOfGroup: topic, ...group }) => {
          const row = rowOf<Row>(byId, group.newest);
          return row ? [{ ...group, topic, newest: messageOf(row) as QuarantinedMessage }] : [];
        }),
      ),
    kept: createKeptReader(reader),
    keptFor: (stranger) => guarded(() => rowOf<{ items: number }>(share, stranger)?.items ?? 0),
    lastKept: () => guarded(() => rowOf<{ seq: number }>(last)?.seq ?? 0),
  };
}

/** One statement for each kind of question, prepared when it is first asked. */
function createKeptReader(reader: DatabaseSync): Store['kept'] {
  const statements = new Map<string, StatementSync>();
  return ({ of, after = 0, upTo = Number.MAX_SAFE_INTEGER, newestFirst = false, limit }) =>
    guarded(() => {
      const [condition, ...values] = conditionOf(of);
      const sql = `SELECT ${COLUMNS} FROM quarantine WHERE ${condition} AND id > ? AND id <= ?
        ORDER BY id ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`;
      const statement = statements.get(sql) ?? reader.prepare(sql);
      statements.set(sql, statement);
      return rowsOf<Row>(statement, ...values, after, upTo, limit).map(messageOf);
    });
}

function conditionOf(of: KeptOf): [condition: string, ...values: SQLInputValue[]] {
  if (of === 'rejected') return ["reason <> ''"];
  if ('stranger' in of) return ['pool = 1 AND source = ?', of.stranger];
  if ('device' in of) return ["reason <> '' AND (source = ? OR device = ?)", of.device, of.device];
  if ('family' in of) return ["reason <> '' AND family = ?", of.family];
  const { pattern, device, topic, family } = of.group;
  const condition = `reason <> '' AND pattern = ? AND device IS ? AND family IS ? AND ${GROUP_TOPIC} IS ?`;
  return [condition, pattern, device, family, topic];
}

function messageOf({ retain, reason, ...row }: Row): KeptMessage {
  return { ...row, retain: retain === 1, reason: reason === '' ? null : reason };
}
