import { expect, test } from 'vitest';
import { ServerClock } from '../src/format/server-clock.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-02T12:00:00.300Z');

/** A server, and a browser whose clock is wrong. */
function setUp({ offBy }: { offBy: number }) {
  const time = { ms: START, offBy };
  const clock = new ServerClock(() => time.ms + time.offBy);
  /** Sends a request, which takes the same time each way. */
  const ask = (tookMs = 40, headers?: Record<string, string>): void => {
    const sentAt = clock.localNow();
    time.ms += tookMs / 2;
    const date = new Date(time.ms).toUTCString();
    time.ms += tookMs / 2;
    clock.observe(new Response(null, { headers: headers ?? { Date: date } }), sentAt);
  };
  return { time, clock, ask, error: () => Math.abs(clock.now() - time.ms) };
}

test.each([-10 * MINUTE, 10 * MINUTE, 25 * 60 * MINUTE])(
  'E8: a clock that is %i ms off is corrected to within a second after one answer',
  (offBy) => {
    const { ask, error } = setUp({ offBy });
    ask();
    expect(error()).toBeLessThan(1000);
  },
);

test('E8: further answers make the correction more exact', () => {
  const { time, ask, error } = setUp({ offBy: -10 * MINUTE });
  for (let answers = 0; answers < 20; answers += 1) {
    ask();
    time.ms += 3170;
  }
  expect(error()).toBeLessThan(200);
});

test('E8: clocks that agree are not corrected, even after a slow answer', () => {
  const { ask, error } = setUp({ offBy: 0 });
  ask(1500);
  expect(error()).toBe(0);
});

test('E8: the correction follows a clock that is set while the page is open', () => {
  const { time, ask, error } = setUp({ offBy: -10 * MINUTE });
  ask();
  time.offBy = 0;
  ask();
  expect(error()).toBe(0);
});

test('E8: without a valid Date header the browser’s clock is used', () => {
  const { ask, clock, time } = setUp({ offBy: -10 * MINUTE });
  ask(40, {});
  ask(40, { Date: 'yesterday' });
  expect(clock.now()).toBe(time.ms + time.offBy);
});
