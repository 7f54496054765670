/** What is asked of a client of Redis here. */
interface Breakable {
  readonly status: string;
  on(event: 'ready', listener: () => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
}

/** Passes errors of a client on, until it is told to stop. */
export interface BreakReports {
  /** Of a break only the first is passed on, however often connecting fails until it is over. */
  readonly report: (error: unknown) => void;
  /** Lets go of the client. */
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
      // A connection that is reset says so while it still counts as ready.
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
