import { vi } from 'vitest';

/** Waits until a check passes, long enough for a busy machine. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(check, { interval: 5 });
}
