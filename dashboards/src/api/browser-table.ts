/** One table of this browser's IndexedDB. Where storage is forbidden nothing is kept, and nothing fails. */
export interface Table<T> {
  readonly put: (value: T) => Promise<void>;
  /** Null: it is not there. */
  readonly get: (key: string) => Promise<T | null>;
  /** Everything, in the order of its keys. */
  readonly all: () => Promise<T[]>;
  readonly forget: (key: string) => Promise<void>;
}

/** The only table of a database; `key` is the property that tells its entries apart. */
export function openTable<T>(database: string, table: string, key: keyof T & string): Table<T> {
  let opened: Promise<IDBDatabase> | undefined;
  async function ask<A>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<A>): Promise<A | null> {
    try {
      const db = await (opened ??= openDatabase(database, table, key));
      return await answerOf(work(db.transaction(table, mode).objectStore(table)));
    } catch {
      return null;
    }
  }
  return {
    put: async (value) => void (await ask('readwrite', (store) => store.put(value))),
    get: async (id) => (await ask<T>('readonly', (store) => store.get(id))) ?? null,
    all: async () => (await ask<T[]>('readonly', (store) => store.getAll())) ?? [],
    forget: async (id) => void (await ask('readwrite', (store) => store.delete(id))),
  };
}

function openDatabase(name: string, table: string, key: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(table, { keyPath: key }));
  return answerOf(request);
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('indexedDB')));
  });
}
