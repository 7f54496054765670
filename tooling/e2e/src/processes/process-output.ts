import { EventEmitter, once } from 'node:events';
import type { Readable } from 'node:stream';

/** All that a process wrote, as text and as the lines of both streams in the order they came. */
export class ProcessOutput {
  readonly lines: string[] = [];
  stdout = '';
  stderr = '';
  readonly #changes = new EventEmitter<{ change: [] }>();
  #ended = false;

  constructor(stdout: Readable, stderr: Readable) {
    // Waiting for a line is for tests, and they may wait for many.
    this.#changes.setMaxListeners(0);
    this.#read(stdout, (text) => {
      this.stdout += text;
    });
    this.#read(stderr, (text) => {
      this.stderr += text;
    });
  }

  /** To be called when both streams are over. */
  end(): void {
    this.#ended = true;
    this.#changes.emit('change');
  }

  /**
   * The first line, of those that came already too, that matches; `undefined` when the output ended
   * without one. Rejects with the signal.
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

  /** The end of it, for error messages. */
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
