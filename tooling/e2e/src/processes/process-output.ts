import { EventEmitter, once } from 'node:events';
import type { Readable } from 'node:stream';

/** The output of a process, as text and as the lines of both streams in order of arrival. */
export class ProcessOutput {
  readonly lines: string[] = [];
  stdout = '';
  stderr = '';
  readonly #changes = new EventEmitter<{ change: [] }>();
  #ended = false;

  constructor(stdout: Readable, stderr: Readable) {
    // Tests may wait for many lines at the same time.
    this.#changes.setMaxListeners(0);
    this.#read(stdout, (text) => {
      this.stdout += text;
    });
    this.#read(stderr, (text) => {
      this.stderr += text;
    });
  }

  /** Call it when both streams have ended. */
  end(): void {
    this.#ended = true;
    this.#changes.emit('change');
  }

  /**
   * The first matching line, including earlier lines; `undefined` if the output ended without one.
   * Rejects when the signal aborts.
   */
  async find(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray | undefined> {
    for (let next = 0; ;) {
      for (; next < this.lines.length; next += 1) {
        const match = pattern.exec(this.lines[next] ?? '');
        if (match) return match;
      }
      if (this.#ended) return undefined;
      await once(this.#changes, 'change', { signal });
    }
  }

  /** The end of the output, for error messages. */
  last(): string {
    return this.lines.join('\n').slice(-4_000);
  }

  #read(stream: Readable, keep: (text: string) => void): void {
    let unfinished = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      keep(text);
      const lines = (unfinished + text).split('\n');
      unfinished = lines.pop() ?? '';
      this.lines.push(...lines);
      this.#changes.emit('change');
    });
    stream.once('end', () => {
      if (unfinished !== '') this.lines.push(unfinished);
    });
  }
}
