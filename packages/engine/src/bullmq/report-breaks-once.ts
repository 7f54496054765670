/** The used part of a Redis client. */
interface Breakable {
  readonly status: string;
  on(event: 'ready', listener: () => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
}

/** Reports errors of a client until it is stopped. */
export interface BreakReports {
  /** Reports only the first error of an outage, however often reconnecting fails. */
  readonly report: (error: unknown) => void;
  /** Removes the listener from the client. */
  readonly stop: () => void;
}

export function reportBreaksOnce(
  client: Breakable,
  onError: (error: unknown) => void,
): BreakReports {
  let isBroken = false;
  const onReady = (): void => {
    isBroken = false;
  };
  client.on('ready', onReady);
  return {
    report: (error) => {
      // A connection that is reset reports so while its status is still `ready`.
      const isBreak = isOfNetwork(error) || client.status !== 'ready';
      if (!(isBreak && isBroken)) onError(error);
      isBroken = isBreak;
    },
    stop: () => void client.off('ready', onReady),
  };
}

function isOfNetwork(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
