import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** What every process on one machine agrees on, whatever is done to its clock on the wall. */
export interface BootClock {
  /**
   * A clock that nobody can set, in whole ms. It goes on from the start of the machine, and begins
   * again with the next.
   */
  now(): number;
  /** Names the time since the machine was started: whatever was not on the disk then is lost. */
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
    // Elsewhere than on Linux: by the second. Taking one start for two costs readers a reset, and
    // nothing else.
    return `${hostname()} ${Math.round(Date.now() / 1000 - uptime())}`;
  }
}
