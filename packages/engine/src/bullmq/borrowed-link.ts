import type { Cluster, Redis } from 'ioredis';
import type { Link } from './redis-link.ts';
import { reportBreaksOnce } from './report-breaks-once.ts';

/** A client that somebody else has made, and will end. */
export class BorrowedLink implements Link {
  readonly client: Redis | Cluster;
  readonly report: (error: unknown) => void;

  constructor(client: Redis | Cluster, onError: (error: unknown) => void) {
    this.client = client;
    this.report = reportBreaksOnce(client, onError);
  }

  async beginEnd(): Promise<void> {}

  end(): void {}
}
