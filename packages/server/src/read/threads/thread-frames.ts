import type { ThreadItem } from './thread-item.ts';
import type { Connection } from '../streams/connection.ts';
import type { ThreadOutput } from './thread-stream.ts';

/**
 * Writes what comes of a thread to a connection, as frames for that client alone: each has its own
 * cursor.
 */
export class ThreadFrames implements ThreadOutput {
  readonly #connection: Connection;
  readonly #framesOf: (items: readonly ThreadItem[]) => Uint8Array;

  constructor(connection: Connection, framesOf: (items: readonly ThreadItem[]) => Uint8Array) {
    this.#connection = connection;
    this.#framesOf = framesOf;
  }

  get isWritable(): boolean {
    return this.#connection.isWritable;
  }

  get isOver(): boolean {
    return this.#connection.isOver;
  }

  write(items: readonly ThreadItem[]): void {
    const messages = items.filter(({ kind }) => kind === 'message').length;
    this.#connection.write(this.#framesOf(items), messages);
  }
}
