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
import type { CommandContext, FollowOptions } from './commands/context.ts';
import type { Connection } from './connect-server.ts';
import { type ExitCode, exitCode, toExitCode } from './exit-code.ts';
import { formatSeconds } from './format-seconds.ts';
import { printDraft, printJson } from './print-events.ts';
import { onStdoutClosed, say, type Terminal, warn } from './terminal.ts';

interface FollowToEndOptions extends FollowOptions {
  readonly after?: EventId | undefined;
}

/**
 * Shows a workflow until its end, until Ctrl-C, or until stdout is closed.
 * @returns the exit code.
 */
export async function followToEnd(
  context: CommandContext,
  connection: Connection,
  workflowId: WorkflowId,
  options: FollowToEndOptions,
): Promise<ExitCode> {
  const { terminal, process } = context;
  const { after, json = false, cancelOnInterrupt = false } = options;
  const detaching = new AbortController();
  const onInterrupt = (): void => {
    if (!cancelOnInterrupt) {
      detaching.abort();
      return;
    }
    process.once('SIGINT', () => detaching.abort());
    say(terminal, 'Cancelling. Press Ctrl-C again to leave without waiting.');
    connection.client.cancelWorkflow(workflowId).catch((error: unknown) => {
      warn(terminal, `The workflow could not be cancelled: ${String(error)}`);
      detaching.abort();
    });
  };
  const stopListening = onStdoutClosed(terminal, () => detaching.abort('stdout is closed'));
  process.once('SIGINT', onInterrupt);
  // Printed after the Ctrl-C handler is installed, because the user may press it after reading
  // this.
  say(terminal, `Workflow ${workflowId}`);
  const { signal } = detaching;
  try {
    const entries = connection.client.follow(workflowId, {
      ...(after === undefined ? {} : { after }),
      signal,
      onConnection: (state) => sayConnection(terminal, state),
    });
    const print = json ? printJson(terminal) : printDraft(terminal, workflowId);
    let status: WorkflowStatus | null = null;
    for await (const entry of entries) {
      await print(entry);
      status = findStatus(entry.message) ?? status;
    }
    if (status !== null && hasEnded(status)) return toExitCode(status);
    // No events follow the cursor: it is the end of the workflow.
    const { snapshot } = await connection.client.getWorkflow(workflowId);
    return toExitCode(snapshot.status);
  } catch (error) {
    if (!signal.aborted) throw error;
    if (signal.reason !== 'stdout is closed') sayDetached(terminal, connection, workflowId);
    return exitCode.detached;
  } finally {
    stopListening();
    process.off('SIGINT', onInterrupt);
  }
}

function findStatus(message: StreamMessage): WorkflowStatus | null {
  return isSnapshotMessage(message) ? message.data.snapshot.status : statusAfter(message);
}

function sayConnection(terminal: Terminal, state: ConnectionState): void {
  if (state.state !== 'reconnecting') return;
  warn(
    terminal,
    `The connection was lost. Reconnecting in ${formatSeconds(state.inMs)}, attempt ${state.attempt}.`,
  );
}

function sayDetached(
  terminal: Terminal,
  { embedded, urlArgument }: Connection,
  workflowId: WorkflowId,
): void {
  const state = embedded
    ? 'Detached. The workflow stops with this program and continues when you follow it again:'
    : 'Detached. The workflow keeps running. Follow it again with:';
  say(terminal, `\n${state}\n  npx pnpm runtape follow ${workflowId}${urlArgument}`);
}
