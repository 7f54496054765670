import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Archive, isEventLogError, readArchive } from '@runtape/event-log';
import { statusAfter } from '@runtape/events';
import { type ExitCode, exitCode, toExitCode, usageError } from '../exit-code.ts';
import { pace } from '../pace.ts';
import { printDraft, printJson } from '../print-events.ts';
import { inOneLine, onStdoutClosed, say } from '../terminal.ts';
import type { CommandContext } from './context.ts';

export interface ReplayOptions {
  /** The factor by which the replay is faster than the workflow was; 0 means without delays. */
  readonly speed: number;
  readonly json?: boolean | undefined;
}

/** Shows an archived workflow as `follow` showed it while it was running. */
export async function replay(
  { terminal, process, cwd }: CommandContext,
  file: string,
  { speed, json }: ReplayOptions,
): Promise<ExitCode> {
  const { header, entries } = await openArchive(resolve(cwd, file));
  const { workflowId, title, createdAt } = header;
  const print = json === true ? printJson(terminal) : printDraft(terminal, workflowId);
  const stopping = new AbortController();
  const { signal } = stopping;
  const onInterrupt = (): void => stopping.abort();
  const stopListening = onStdoutClosed(terminal, () => stopping.abort('stdout is closed'));
  process.once('SIGINT', onInterrupt);
  // Printed after the Ctrl-C handler is installed, because the user may press it after reading
  // this.
  say(terminal, `Workflow ${workflowId} of ${createdAt}: ${inOneLine(title)}`);
  let code: ExitCode = exitCode.completed;
  try {
    for await (const { id, event } of pace(entries, { speed, signal, now: monotonic })) {
      await print({ id, message: event });
      const status = statusAfter(event);
      if (status !== null) code = toExitCode(status);
    }
    return code;
  } catch (error) {
    if (!signal.aborted) throw error;
    if (signal.reason !== 'stdout is closed') say(terminal, '\nStopped.');
    return exitCode.completed;
  } finally {
    stopListening();
    process.off('SIGINT', onInterrupt);
  }
}

function monotonic(): number {
  return performance.now();
}

/**
 * Opens an archive after reading all of it once, so that no part of a damaged file is shown.
 * @throws CliError (usage) when the file does not exist or is not a complete archive; the message
 *   names the line.
 */
async function openArchive(file: string): Promise<Archive> {
  const stats = await stat(file).catch((cause: unknown) => {
    throw usageError(`There is no file ${file}, or it cannot be read.`, cause);
  });
  if (!stats.isFile()) {
    throw usageError(`${file} is not a file. Name one that "runtape archive" wrote.`);
  }
  try {
    const { entries } = await readArchive(createReadStream(file));
    for await (const entry of entries) void entry;
  } catch (error) {
    const isDamaged = isEventLogError(error, 'invalid_archive');
    const isUnreadable = error instanceof Error && 'syscall' in error;
    if (!isDamaged && !isUnreadable) throw error;
    throw usageError(`${file} cannot be replayed. ${error.message}`, error);
  }
  return await readArchive(createReadStream(file));
}
