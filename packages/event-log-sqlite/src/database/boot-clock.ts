import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** A clock that all processes on one machine share, independent of the system time. */
export interface BootClock {
  /**
   * The time since the start of the machine, in whole ms, which cannot be set. It restarts from
   * zero with the machine.
   */
  now(): number;
  /**
   * Identifies the current run of the machine: data that was not on disk before it began is lost.
   */
  readonly boot: string;
}

/** The machine this process runs on. */
export function systemBootClock(): BootClock {
  return { now: () => Math.floor(Number(process.hrtime.bigint() / 1_000_000n)), boot: readBoot() };
}

function readBoot(): string {
  try {
    return readFileSync(BOOT_ID, 'utf8').trim();
  } catch {
    // On other systems than Linux, the second of the start. Mistaking one start for two only costs
    // readers a reset.
    return `${hostname()} ${Math.round(Date.now() / 1000 - uptime())}`;
  }
}
