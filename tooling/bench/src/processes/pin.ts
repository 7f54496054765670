import { readFile } from 'node:fs/promises';
import { findOnPath, runCommand } from '@runtape/e2e';

const PIN_WITHIN_MS = 60_000;

/** The CPUs reserved for the parts of a bench. */
export interface Cpus {
  /** The CPU of the measured server. */
  readonly server: number | undefined;
  /** The CPU of the load generator, and of Redis if there are only two. */
  readonly load: number | undefined;
  /** Describes to users what was assigned, or why nothing was. */
  readonly description: string;
}

/**
 * Assigns the CPUs that this process may run on: nothing else of the bench runs on the server's.
 */
export async function assignCpus(): Promise<Cpus> {
  if ((await findOnPath('taskset', process.env)) === undefined) return unpinned('no taskset');
  const [server, load] = await allowedCpus();
  if (server === undefined || load === undefined) return unpinned('fewer than two CPUs');
  return { server, load, description: `server on CPU ${server}, load on CPU ${load}` };
}

function unpinned(why: string): Cpus {
  return { server: undefined, load: undefined, description: `not pinned: ${why}` };
}

/** Pins a process with all its threads to one CPU. Ignores a process that has already ended. */
export async function pin(pid: number, cpu: number): Promise<void> {
  await runCommand('taskset', ['-a', '-c', '-p', String(cpu), String(pid)], {
    env: process.env,
    timeout: PIN_WITHIN_MS,
  });
}

/** Parses a list from `/proc` such as `0-3,8`. */
async function allowedCpus(): Promise<readonly number[]> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    if (from === undefined || to === undefined || Number.isNaN(from)) return [];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
