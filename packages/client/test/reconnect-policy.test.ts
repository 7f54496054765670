import { describe, expect, test } from 'vitest';
import { DEFAULT_RETRY, ReconnectPolicy } from '../src/reconnect/reconnect-policy.ts';
import { connectionLost, RuntapeClientError } from '../src/transport/errors.ts';

const retry = { ...DEFAULT_RETRY, attempts: 3, baseMs: 100, maxMs: 1000 };
const lost = connectionLost(null);

function counting() {
  let time = 0;
  const policy = new ReconnectPolicy(
    retry,
    () => 1,
    () => time,
  );
  return { policy, pass: (ms: number) => (time += ms) };
}

describe('C6: reconnecting', () => {
  test('waits longer each time, and gives up when the attempts are used up', () => {
    const { policy } = counting();
    const waits = [1, 2, 3].map(() => policy.failed(lost));
    expect(waits).toEqual([
      { attempt: 1, inMs: 100 },
      { attempt: 2, inMs: 200 },
      { attempt: 3, inMs: 400 },
    ]);
    expect(() => policy.failed(lost)).toThrow(lost);
  });

  test('starts over after an event arrived', () => {
    const { policy } = counting();
    policy.failed(lost);
    policy.failed(lost);
    policy.delivered();
    expect(policy.failed(lost)).toEqual({ attempt: 1, inMs: 100 });
  });

  test('starts over after a connection that lasted a while, but not after one that was dropped immediately', () => {
    const { policy, pass } = counting();
    policy.failed(lost);
    policy.connected();
    pass(999);
    expect(policy.failed(lost).attempt).toBe(2);
    policy.connected();
    pass(1000);
    expect(policy.failed(lost).attempt).toBe(1);
  });

  test('a refusal is final', () => {
    const { policy } = counting();
    const refused = new RuntapeClientError('refused', 'unknown_workflow', 'No such workflow.');
    expect(() => policy.failed(refused)).toThrow(refused);
  });
});
