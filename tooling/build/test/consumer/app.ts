import { createRuntape } from 'runtape';
import { redisStore } from 'runtape/redis';
import { countdown } from './countdown.ts';

const { REDIS_URL: url, KEY_PREFIX: keyPrefix, SQLITE_FILE: file = '' } = process.env;

export const runtape = createRuntape({
  workflows: [countdown],
  store: url === undefined ? file : redisStore({ url, keyPrefix }),
});
export type App = typeof runtape;
