import { inject } from './inject.ts';
import { messageOf } from './message-of.ts';
import { pause } from './pause.ts';
import type { Stand } from './programs/stand.ts';
import type { Injury } from './records.ts';
import type { PlannedFault } from './schedule/schedule.ts';

export interface Breaking {
  readonly say: (message: string) => void;
  /** Hears of each thing that was broken, once it is whole again. */
  readonly onHealed: (injury: Injury) => void;
  /** Hears of what could not be broken, or not be made whole again. */
  readonly onStuck: (trouble: string) => void;
}

/** Breaks one thing after the other until the signal aborts, and waits until all are whole again. */
export async function breakThings(
  stand: Stand,
  schedule: readonly PlannedFault[],
  signal: AbortSignal,
  { say, onHealed, onStuck }: Breaking,
): Promise<void> {
  const began = performance.now();
  const injecting: Promise<void>[] = [];
  for (const fault of schedule) {
    await pause(Math.max(0, began + fault.atMs - performance.now()), signal);
    if (signal.aborted) break;
    const at = ((performance.now() - began) / 1000).toFixed(1);
    say(`${at} s: ${fault.kind}${fault.forMs > 0 ? ` for ${fault.forMs} ms` : ''}`);
    const injected = inject(stand, fault, signal).then(onHealed, (error: unknown) =>
      onStuck(`${fault.kind}, planned at ${fault.atMs} ms, went wrong: ${messageOf(error)}`),
    );
    injecting.push(injected);
  }
  await pause(2 ** 31 - 1, signal);
  await Promise.all(injecting);
}
