import { vi } from 'vitest';

const STEP_MS = 10;

/**
 * Advances fake time in small steps until a condition holds. Fails if it does not hold within
 * `mostMs`.
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  mostMs = 120_000,
): Promise<void> {
  for (let passed = 0; !(await holds()); passed += STEP_MS) {
    if (passed >= mostMs) throw new Error(`It did not come true within ${mostMs} ms.`);
    await vi.advanceTimersByTimeAsync(STEP_MS);
  }
}

/** Advances fake time until a promise settles. */
export async function passTime<Result>(doing: Promise<Result>, mostMs?: number): Promise<Result> {
  const state = { isDone: false };
  const done = doing.finally(() => {
    state.isDone = true;
  });
  done.catch(() => undefined);
  await until(() => state.isDone, mostMs);
  return await done;
}
