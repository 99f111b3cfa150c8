import { expect, test } from 'vitest';
import { openKey } from '../../domain/incident-state.ts';
import { piecesOf } from '../../pipeline/checkpoints.ts';
import { isEdgeError } from '../../errors.ts';
import { commitOf, eventOf, incidentOf, owedOf, readingOf, strangerOf, T0 } from '../store-samples.ts';
import type { DiskUnderTest } from './disk.ts';

const CHECKPOINT = '{"rules":[],"notes":[]}';
const FIRST = '{"answer":"first"}';
/** All readings of one device. */
const ALL = { device: 'pump-1', from: 0, to: T0 * 2, limit: 1_000 };

/** A commit is whole or nothing, and a restart remembers what was committed. */
export function keepsCommits(disk: DiskUnderTest): void {
  test('an empty store remembers nothing', () => {
    expect([...piecesOf(disk.store)]).toEqual([]);
    expect(disk.store.remember()).toEqual({
      lastEvent: null,
      lastBlock: 0,
      live: [],
      devices: [],
      strangers: [],
      checkpoint: null,
      episodes: new Map(),
    });
    expect(disk.store.sizes()).toMatchObject({ events: 0, blocks: 0, owedPages: 0, quarantined: 0 });
  });

  test('blocks are numbered without gaps, and a commit without readings takes no number', () => {
    expect(disk.store.commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 1 });
    expect(disk.store.commit(commitOf({ events: [eventOf(1)] }))).toEqual({ block: null });
    expect(disk.store.commit(commitOf({ readings: [readingOf(), readingOf()] }))).toEqual({ block: 2 });
    expect(disk.store.blocks({ after: 0, limit: 10 }).map(({ seq, rows }) => [seq, rows.length])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(disk.restart().commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 3 });
    expect(disk.store.blocks({ after: 1, to: 2, limit: 10 }).map(({ seq }) => seq)).toEqual([2]);
    expect(disk.store.blocks({ after: 0, limit: 2 }).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(disk.store.sizes().blocks).toBe(3);
  });

  test('a checkpoint in pieces counts from its last one on, and one that never ends counts for nothing', () => {
    const save = (number: number, state: string, block: number | null = null) =>
      disk.store.saveCheckpoint({ number, state, block });
    const saved = () => ({ ...disk.store.bearings().checkpoint, pieces: [...piecesOf(disk.store)] });
    const names = (name: string, count: number) =>
      Array.from({ length: count }, (_, n) => `{"rules":[],"notes":[["${name}","${n}"]]}`);
    const [first, second, third] = [names('first', 3), names('second', 9), names('third', 1)] as const;
    first.forEach((state, n) => save(n, state, n === 2 ? 4 : null));
    expect(saved()).toEqual({ block: 4, pieces: first });
    for (const [n, state] of second.slice(0, 5).entries()) save(n, state);
    expect(saved()).toEqual({ block: 4, pieces: first });
    disk.restart();
    expect(saved()).toEqual({ block: 4, pieces: first });
    second.forEach((state, n) => save(n, state, n === 8 ? 7 : null));
    expect(saved()).toEqual({ block: 7, pieces: second });
    save(0, third[0] ?? '', 8);
    expect(saved()).toEqual({ block: 8, pieces: third });
  });

  test('what was committed is remembered after a restart', () => {
    const device = {
      device: 'leak-1',
      family: 'milesight',
      lastHeardAt: T0,
      online: true,
      silentSince: null,
      lastTopic: 'a/b',
    };
    disk.store.commit(
      commitOf({
        readings: [readingOf()],
        events: [eventOf(1), eventOf(2)],
        incidents: [incidentOf('inc-1', { episode: 1, response: 'closed' }), incidentOf('inc-2', { episode: 2 })],
        devices: [device, { ...device, device: 'leak-2', online: null, silentSince: T0 }],
      }),
    );
    const strangers = ['new-1', 'new-2'].map((id) => strangerOf(id));
    disk.store.commit(commitOf({ devices: [{ ...device, online: false, lastHeardAt: T0 + 5 }], strangers }));
    disk.store.commit(commitOf({ strangers: [strangerOf('new-1', { messages: 9 })], forgotten: ['new-2'] }));
    disk.store.saveCheckpoint({ number: 0, state: CHECKPOINT, block: 1 });
    const bearings = {
      lastEvent: { seq: 2, hash: eventOf(2).hash },
      lastBlock: 1,
      devices: [
        { ...device, online: false, lastHeardAt: T0 + 5 },
        { ...device, device: 'leak-2', online: null, silentSince: T0 },
      ],
      strangers: [strangerOf('new-1', { messages: 9 })],
      checkpoint: { block: 1 },
    };
    const again = disk.restart();
    expect(again.bearings()).toEqual(bearings);
    expect([...piecesOf(again)]).toEqual([CHECKPOINT]);
    expect(again.remember()).toEqual({
      ...bearings,
      live: [incidentOf('inc-2', { episode: 2 })],
      episodes: new Map([[openKey({ asset: 'room-1', fault: 'leak' }), 2]]),
    });
  });

  test('bookkeeping of a commit is there with the rest of it, or not at all', () => {
    disk.store.saveCursor('far', '1');
    disk.store.commit(commitOf({ events: [eventOf(1)], cursors: [{ key: 'far', value: '2' }] }));
    const again = disk.restart();
    expect(again.cursor('far')).toBe('2');
    expect(() => again.commit(commitOf({ events: [eventOf(1)], cursors: [{ key: 'far', value: '3' }] }))).toThrow();
    expect(again.cursor('far')).toBe('2');
  });

  test('a commit that breaks writes nothing of itself', () => {
    disk.store.commit(commitOf({ events: [eventOf(1)], readings: [readingOf()] }));
    const broken = commitOf({
      readings: [readingOf({ value: 99 })],
      events: [eventOf(2), eventOf(1)],
      incidents: [incidentOf('inc-1')],
      sourceIds: ['s-1'],
      pages: [owedOf('p-1', T0)],
    });
    expect(() => disk.store.commit(broken)).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
    expect(disk.store.readings(ALL).map(({ value }) => value)).toEqual([21.5]);
    expect(disk.store.events({ after: 0, limit: 10 })).toEqual([eventOf(1)]);
    expect(disk.store.incident('inc-1')).toBeUndefined();
    expect(disk.store.hasSourceId('s-1')).toBe(false);
    expect(disk.store.sizes().owedPages).toBe(0);
    expect(disk.store.commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 2 });
  });

  test('a source id and a command’s first answer are known again', () => {
    disk.store.commit(commitOf({ sourceIds: ['m-1', 'm-1'], commands: [{ commandId: 'c-1', answer: FIRST }] }));
    disk.store.commit(commitOf({ sourceIds: ['m-1'], commands: [{ commandId: 'c-1', answer: 'second' }] }));
    const areKnown = () => ['m-1', 'm-2'].map((id) => disk.store.hasSourceId(id));
    expect(areKnown()).toEqual([true, false]);
    disk.restart();
    expect(areKnown()).toEqual([true, false]);
    expect([disk.store.answerOf('c-1'), disk.store.answerOf('c-2')]).toEqual([FIRST, undefined]);
  });

  test('bookkeeping is listed by how its keys begin, and what is forgotten is gone for good', () => {
    for (const key of ['note.b', 'note.a', 'noted', 'note_', 'note.%']) disk.store.saveCursor(key, '7');
    expect(disk.store.cursorKeys('note.')).toEqual(['note.%', 'note.a', 'note.b']);
    disk.store.forgetCursor('note.a');
    disk.store.forgetCursor('note.never');
    disk.restart();
    expect(disk.store.cursorKeys('note.')).toEqual(['note.%', 'note.b']);
    expect([disk.store.cursor('note.a'), disk.store.cursor('note.b')]).toEqual([undefined, '7']);
  });

  test('cursors and the days of a meter are kept, the newest word stands', () => {
    const day = (date: string, kwh: number) => ({
      asset: 'm',
      device: 'm-1',
      day: date,
      kwh,
      peakKw: null,
      peakAt: null,
      nightShare: null,
      usualKwh: null,
      coverage: 1,
    });
    disk.store.saveCursor('uplink.events', '7');
    disk.store.saveCursor('uplink.events', '8');
    disk.store.saveDaily([day('2026-03-01', 1), day('2026-03-02', 2), day('2026-03-03', 3)]);
    disk.store.saveDaily([day('2026-03-02', 22)]);
    disk.restart();
    expect([disk.store.cursor('uplink.events'), disk.store.cursor('absent')]).toEqual(['8', undefined]);
    expect(disk.store.daily({ from: '2026-03-02', to: '2026-03-03' })).toEqual([
      day('2026-03-02', 22),
      day('2026-03-03', 3),
    ]);
  });

  test('what the store hands out cannot change what it holds', () => {
    const incident = incidentOf('inc-1');
    disk.store.commit(commitOf({ incidents: [incident] }));
    incident.clients.push('stranger');
    disk.store.incident('inc-1')?.clients.push('stranger');
    expect(disk.store.incident('inc-1')?.clients).toEqual(['client-1']);
  });

  test('its errors carry a code', () => {
    disk.store.commit(commitOf({ events: [eventOf(1)] }));
    try {
      disk.store.commit(commitOf({ events: [eventOf(1)] }));
      expect.unreachable();
    } catch (error) {
      expect(isEdgeError(error, 'STORE_FAILED')).toBe(true);
    }
  });
}
