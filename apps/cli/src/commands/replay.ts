import { resolve } from 'node:path';
import { statusAfter } from '@runtape/events';
import { type ExitCode, exitCode, exitCodeOf } from '../exit-code.ts';
import { inOneLine } from '../in-one-line.ts';
import { openArchive } from '../open-archive.ts';
import { pace } from '../pace.ts';
import { printDraft, printJson } from '../print-events.ts';
import { onStdoutClosed, say } from '../terminal.ts';
import type { CommandContext } from './context.ts';

export interface ReplayOptions {
  /** How many times faster than it happened; 0 is at once. */
  readonly speed: number;
  readonly json?: boolean | undefined;
}

/** Shows an archived workflow as `follow` showed it while it ran. */
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
  const stopHearing = onStdoutClosed(terminal, () => stopping.abort('stdout is closed'));
  process.once('SIGINT', onInterrupt);
  // Said only now: from here on Ctrl-C is ours.
  say(terminal, `Workflow ${workflowId} of ${createdAt}: ${inOneLine(title)}`);
  let code: ExitCode = exitCode.completed;
  try {
    for await (const { id, event } of pace(entries, { speed, signal, now: monotonic })) {
      await print({ id, message: event });
      const status = statusAfter(event);
      if (status !== null) code = exitCodeOf(status);
    }
    return code;
  } catch (error) {
    if (!signal.aborted) throw error;
    if (signal.reason !== 'stdout is closed') say(terminal, '\nStopped.');
    return exitCode.completed;
  } finally {
    stopHearing();
    process.off('SIGINT', onInterrupt);
  }
}

function monotonic(): number {
  return performance.now();
}
