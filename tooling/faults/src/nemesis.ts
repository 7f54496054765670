import { inject } from './inject.ts';
import { messageOf } from './message-of.ts';
import { pause } from './pause.ts';
import type { Cluster } from './programs/cluster.ts';
import type { FaultWindow } from './records.ts';
import type { PlannedFault } from './schedule/schedule.ts';

export interface NemesisEvents {
  readonly report: (message: string) => void;
  /** Called with each fault once it is healed. */
  readonly onHealed: (faultWindow: FaultWindow) => void;
  /** Called with each fault that could not be injected or healed. */
  readonly onFailed: (trouble: string) => void;
}

/** Injects the faults of a schedule until the signal aborts, and waits until all are healed. */
export async function runNemesis(
  cluster: Cluster,
  schedule: readonly PlannedFault[],
  signal: AbortSignal,
  { report, onHealed, onFailed }: NemesisEvents,
): Promise<void> {
  const began = performance.now();
  const injecting: Promise<void>[] = [];
  for (const fault of schedule) {
    await pause(Math.max(0, began + fault.atMs - performance.now()), signal);
    if (signal.aborted) break;
    const at = ((performance.now() - began) / 1000).toFixed(1);
    report(`${at} s: ${fault.kind}${fault.forMs > 0 ? ` for ${fault.forMs} ms` : ''}`);
    const injected = inject(cluster, fault, signal).then(onHealed, (error: unknown) =>
      onFailed(`${fault.kind}, planned at ${fault.atMs} ms, failed: ${messageOf(error)}`),
    );
    injecting.push(injected);
  }
  await pause(2 ** 31 - 1, signal);
  await Promise.all(injecting);
}
