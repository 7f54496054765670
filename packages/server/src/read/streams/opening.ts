import type { Connection, Streamed } from './connection.ts';

/**
 * What a connection carries that is found out only once it is open: until then there is nothing to
 * write.
 */
export class Opening implements Streamed {
  readonly #connection: Connection;
  #streamed: Streamed | null = null;
  /**
   * There was room again when nobody was there to be told: what was found meanwhile may wait for
   * just that.
   */
  #wasDrained = false;

  /**
   * @param find what to carry, or `null` when the connection was over meanwhile. Where it fails,
   *   the connection is refused.
   */
  constructor(connection: Connection, find: () => Promise<Streamed | null>) {
    this.#connection = connection;
    void this.#open(find);
  }

  drained(): void {
    if (this.#streamed === null) this.#wasDrained = true;
    else this.#streamed.drained();
  }

  close(): void {
    this.#streamed?.close();
  }

  async #open(find: () => Promise<Streamed | null>): Promise<void> {
    try {
      this.#streamed = await find();
      if (this.#connection.isOver) this.#streamed?.close();
      else if (this.#wasDrained) this.#streamed?.drained();
    } catch (error) {
      this.#connection.refuse(error);
    }
  }
}
