import type { Order } from './outbox.ts';

const TABLE = 'orders';
let opened: Promise<IDBDatabase> | undefined;

/** Keeps an order on this device. Where the browser forbids storage the order lives as long as the page. */
export async function store(order: Order): Promise<void> {
  await inTable('readwrite', (table) => table.put(order));
}

/** Forgets an order that a server has. */
export async function forget(commandId: string): Promise<void> {
  await inTable('readwrite', (table) => table.delete(commandId));
}

/** What is kept, oldest first as far as the browser tells. */
export async function recall(): Promise<Order[]> {
  return (await inTable<Order[]>('readonly', (table) => table.getAll())) ?? [];
}

async function inTable<T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const db = await (opened ??= openStore());
    return await answerOf(work(db.transaction(TABLE, mode).objectStore(TABLE)));
  } catch {
    return null;
  }
}

function openStore(): Promise<IDBDatabase> {
  const request = indexedDB.open('keepsite-outbox', 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(TABLE, { keyPath: 'commandId' }));
  return answerOf(request);
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('indexedDB')));
  });
}
