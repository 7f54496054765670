import { glob, readFile } from 'node:fs/promises';

/** The processes that share a group id: the first one's process id. */
export class ProcessGroup {
  readonly #id: number;
  /** After its end, the id may be reused by other processes, which must not be signalled. */
  #gone = false;

  constructor(id: number) {
    this.#id = id;
  }

  /** Signals every process of the group; a missing process is not an error. */
  signal(signal: NodeJS.Signals | 0): void {
    if (this.#gone) return;
    try {
      process.kill(-this.#id, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      this.#gone = true;
    }
  }

  /** Whether any of its processes still runs. */
  async isRunning(): Promise<boolean> {
    this.signal(0);
    if (!this.#gone && process.platform === 'linux') this.#gone = !(await this.#hasLivingMember());
    return !this.#gone;
  }

  /** In a container, ended orphans may remain as zombies for long, and still accept signals. */
  async #hasLivingMember(): Promise<boolean> {
    for await (const file of glob('/proc/[0-9]*/stat')) {
      const stat = await readFile(file, 'utf8').catch(() => '');
      // `pid (name) state parent group …`; a name may hold anything, but ends with the last `)`.
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(group) === this.#id && state !== 'Z' && state !== 'X') return true;
    }
    return false;
  }
}
