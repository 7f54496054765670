import { describe, expect, test } from 'vitest';
import { Attempts, DEFAULT_RETRY } from '../src/reconnect/reconnect-policy.ts';
import { connectionLost, RuntapeClientError } from '../src/errors.ts';

const retry = { ...DEFAULT_RETRY, attempts: 3, baseMs: 100, maxMs: 1000 };
const lost = connectionLost(null);

function counting() {
  let time = 0;
  const attempts = new Attempts(
    retry,
    () => 1,
    () => time,
  );
  return { attempts, pass: (ms: number) => (time += ms) };
}

describe('attempts', () => {
  test('C6: wait longer each time, and are given up when used up', () => {
    const { attempts } = counting();
    const waits = [1, 2, 3].map(() => attempts.failed(lost));
    expect(waits).toEqual([
      { attempt: 1, inMs: 100 },
      { attempt: 2, inMs: 200 },
      { attempt: 3, inMs: 400 },
    ]);
    expect(() => attempts.failed(lost)).toThrow(lost);
  });

  test('start over after an event got through', () => {
    const { attempts } = counting();
    attempts.failed(lost);
    attempts.failed(lost);
    attempts.delivered();
    expect(attempts.failed(lost)).toEqual({ attempt: 1, inMs: 100 });
  });

  test('start over after a connection that stood for a while, but not after one that was dropped at once', () => {
    const { attempts, pass } = counting();
    attempts.failed(lost);
    attempts.connected();
    pass(999);
    expect(attempts.failed(lost).attempt).toBe(2);
    attempts.connected();
    pass(1000);
    expect(attempts.failed(lost).attempt).toBe(1);
  });

  test('a refusal is final', () => {
    const { attempts } = counting();
    const refused = new RuntapeClientError('refused', 'unknown_workflow', 'No such workflow.');
    expect(() => attempts.failed(refused)).toThrow(refused);
  });
});
