import type { Cluster, Redis } from 'ioredis';
import type { Link } from './redis-link.ts';
import { type BreakReports, reportBreaksOnce } from './report-breaks-once.ts';

/** A client that somebody else has made, and will end. */
export class BorrowedLink implements Link {
  readonly client: Redis | Cluster;
  readonly #breaks: BreakReports;

  constructor(client: Redis | Cluster, onError: (error: unknown) => void) {
    this.client = client;
    this.#breaks = reportBreaksOnce(client, onError);
  }

  get report(): (error: unknown) => void {
    return this.#breaks.report;
  }

  async beginEnd(): Promise<void> {}

  end(): void {
    this.#breaks.stop();
  }
}
