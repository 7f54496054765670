import { describe, expect, test } from 'vitest';
import { EnvError, readWorkerEnv } from '../src/env.ts';

describe('F8: configuration alone decides how the program runs', () => {
  test('nothing set: a file, the demo model, four workflows at once', () => {
    expect(readWorkerEnv({})).toMatchObject({
      RUNTAPE_DB: '.runtape/runtape.db',
      WORKERS: 4,
      RETENTION_DAYS: 7,
    });
  });

  test('an empty value counts as not set', () => {
    expect(readWorkerEnv({ REDIS_URL: '', WORKERS: '' })).toMatchObject({ WORKERS: 4 });
  });

  test('cluster nodes are read as hosts and ports', () => {
    const { REDIS_CLUSTER_NODES } = readWorkerEnv({
      REDIS_CLUSTER_NODES: '127.0.0.1:7000,127.0.0.2:7001',
    });
    expect(REDIS_CLUSTER_NODES).toEqual([
      { host: '127.0.0.1', port: 7000 },
      { host: '127.0.0.2', port: 7001 },
    ]);
  });

  test('prices are read from JSON', () => {
    const prices = { tiny: { inputPerMillion: 1, outputPerMillion: 2 } };
    expect(readWorkerEnv({ MODEL_PRICES: JSON.stringify(prices) }).MODEL_PRICES).toEqual(prices);
  });
});

describe('values that make no sense', () => {
  test('all of them are listed at once, by name', () => {
    const read = () =>
      readWorkerEnv({
        WORKERS: 'many',
        REDIS_URL: 'http://x',
        MODEL_PRICES: '{',
        LOG_LEVEL: 'loud',
      });
    expect(read).toThrow(EnvError);
    expect(read).toThrow(/WORKERS[^]*LOG_LEVEL/);
    expect(read).toThrow(/REDIS_URL/);
    expect(read).toThrow(/MODEL_PRICES: not JSON/);
  });

  test('no value is repeated in the message, since it may be a secret', () => {
    const read = () => readWorkerEnv({ REDIS_URL: 'http://:hunter2@host' });
    expect(read).toThrow(EnvError);
    expect(read).not.toThrow(/hunter2/);
  });
});
