import { cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Cpus } from '../processes/pin.ts';

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  /** Which process ran on which CPU. */
  readonly pinning: string;
  /** How many processes wanted to run in the minute before: what else the machine did. */
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
