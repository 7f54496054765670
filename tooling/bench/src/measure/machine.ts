import { cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Cpus } from '../processes/pin.ts';

/** The machine that the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  /** The assignment of processes to CPUs. */
  readonly pinning: string;
  /** The load average of the minute before, which shows other activity of the machine. */
  readonly loadBefore: number;
}

/** Describes this machine. */
export function describeMachine({ description }: Cpus): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model ?? 'unknown',
    cores: all.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    pinning: description,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}
