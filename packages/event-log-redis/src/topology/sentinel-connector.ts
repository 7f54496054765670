import { Socket } from 'node:net';
import { SentinelConnector, type SentinelConnectionOptions } from 'ioredis';

/**
 * Asks each Sentinel once for the master. When none tells, that counts as a connection that failed: the client's own way to
 * try again applies. The one of the library keeps what was called meanwhile for as long as that takes, or gives up for ever.
 */
export function oneRoundConnector(options: SentinelConnectionOptions) {
  return class extends SentinelConnector {
    constructor() {
      super(options);
    }

    override async connect(emit: Parameters<SentinelConnector['connect']>[0]) {
      let answer: Error | undefined;
      const listen: typeof emit = (type, error) => {
        if (type === 'sentinelError') answer = error;
        emit(type, error);
      };
      try {
        return await super.connect(listen);
      } catch (error) {
        this.firstError = answer ?? (error instanceof Error ? error : new Error(String(error)));
        return new Socket().destroy();
      }
    }
  };
}
