import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** A script of `fixtures` in its own process. Disposing kills it. */
export class Script implements AsyncDisposable {
  readonly #lines: NodeJS.AsyncIterator<string, undefined>;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #exit: Promise<unknown>;

  constructor(name: string, args: readonly string[] = []) {
    const file = fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url));
    this.#child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#exit = once(this.#child, 'exit');
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Returns its next line. Rejects when there is none. */
  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done) throw new Error('The script has ended.');
    return next.value;
  }

  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Kills it with SIGKILL, as a crash would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
