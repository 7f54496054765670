import { RuntapeError } from '../errors.ts';
import { redisStore } from '../redis.ts';
import { openSqliteStore } from './sqlite-store.ts';
import type { OpenStore, Store } from './store.ts';

/** Where workflows are kept, as the options name it. */
export type StoreOption = string | Store | OpenStore;

/**
 * Returns what opens a store.
 * @throws RuntapeError `invalid_option` when it names none.
 */
export function openerOf(store: StoreOption): OpenStore {
  if (typeof store === 'function') return store;
  if (typeof store === 'object' && store !== null && 'log' in store) return async () => store;
  if (typeof store !== 'string' || store.trim() === '') {
    throw new RuntapeError(
      'invalid_option',
      'The option `store` names no store. Give a file such as "./runtape.db", the URL of a Redis, or an event log of your own as { log }.',
    );
  }
  return /^rediss?:\/\//i.test(store) ? redisStore({ url: store }) : () => openSqliteStore(store);
}
