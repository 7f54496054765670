import type { ConnectionState } from '@runtape/client';
import {
  type EventId,
  hasEnded,
  isSnapshotMessage,
  statusAfter,
  type StreamMessage,
  type WorkflowId,
  type WorkflowStatus,
} from '@runtape/events';
import type { Connection } from './connect-server.ts';
import { type ExitCode, exitCode, exitCodeOf } from './exit-code.ts';
import type { Printer } from './print-events.ts';
import { onStdoutClosed, say, type Terminal, warn } from './terminal.ts';

export interface FollowOptions {
  readonly connection: Connection;
  readonly workflowId: WorkflowId;
  readonly after?: EventId | undefined;
  readonly print: Printer;
  readonly terminal: Terminal;
  readonly process: NodeJS.Process;
  /** Ctrl-C cancels the workflow instead of detaching from it. */
  readonly cancelOnInterrupt: boolean;
}

/**
 * Shows a workflow to its end, or until Ctrl-C, or until nobody reads stdout any more.
 * @returns the code to exit with.
 */
export async function followToEnd(options: FollowOptions): Promise<ExitCode> {
  const { connection, workflowId, terminal, process } = options;
  const detaching = new AbortController();
  const onInterrupt = (): void => {
    if (!options.cancelOnInterrupt) {
      detaching.abort();
      return;
    }
    process.once('SIGINT', () => detaching.abort());
    say(terminal, 'Cancelling. Ctrl-C once more to leave without waiting.');
    connection.client.cancelWorkflow(workflowId).catch((error: unknown) => {
      warn(terminal, `It could not be cancelled: ${String(error)}`);
      detaching.abort();
    });
  };
  const stopHearing = onStdoutClosed(terminal, () => detaching.abort('stdout is closed'));
  process.once('SIGINT', onInterrupt);
  // Said only now: from here on Ctrl-C is ours.
  say(terminal, `Workflow ${workflowId}`);
  try {
    return await showAll(options, detaching.signal);
  } catch (error) {
    if (!detaching.signal.aborted) throw error;
    if (detaching.signal.reason !== 'stdout is closed') sayDetached(options);
    return exitCode.detached;
  } finally {
    stopHearing();
    process.off('SIGINT', onInterrupt);
  }
}

async function showAll(options: FollowOptions, signal: AbortSignal): Promise<ExitCode> {
  const { connection, workflowId, after, print, terminal } = options;
  const entries = connection.client.follow(workflowId, {
    ...(after === undefined ? {} : { after }),
    signal,
    onConnection: (state) => sayConnection(terminal, state),
  });
  let status: WorkflowStatus | null = null;
  for await (const entry of entries) {
    await print(entry);
    status = statusIn(entry.message) ?? status;
  }
  if (status !== null && hasEnded(status)) return exitCodeOf(status);
  // Nothing came after the cursor: the workflow had ended right there.
  const { snapshot } = await connection.client.getWorkflow(workflowId);
  return exitCodeOf(snapshot.status);
}

function statusIn(message: StreamMessage): WorkflowStatus | null {
  return isSnapshotMessage(message) ? message.data.snapshot.status : statusAfter(message);
}

function sayConnection(terminal: Terminal, state: ConnectionState): void {
  if (state.state !== 'reconnecting') return;
  const seconds = (state.inMs / 1000).toFixed(1);
  warn(
    terminal,
    `The connection was lost. Reconnecting in ${seconds} s, attempt ${state.attempt}.`,
  );
}

function sayDetached({ connection, workflowId, terminal }: FollowOptions): void {
  const goesOn = connection.embedded
    ? 'Detached. The workflow pauses with this program and goes on when you follow it again:'
    : 'Detached. The workflow goes on. Follow it again with:';
  say(terminal, `\n${goesOn}\n  npx pnpm runtape follow ${workflowId}${connection.again}`);
}
