import { resolve } from 'node:path';
import { type ExitCode, exitCode, exitCodeAfter } from '../exit-code.ts';
import { openArchive } from '../open-archive.ts';
import { pace } from '../pace.ts';
import { printDraft, printJson } from '../print-events.ts';
import { say } from '../terminal.ts';
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
  process.once('SIGINT', onInterrupt);
  // Said only now: from here on Ctrl-C is ours.
  say(terminal, `Workflow ${workflowId} of ${createdAt}: ${title}`);
  let code: ExitCode = exitCode.completed;
  try {
    for await (const { id, event } of pace(entries, { speed, signal, now: monotonic })) {
      await print({ id, message: event });
      code = exitCodeAfter(event.type);
    }
    return code;
  } catch (error) {
    if (!signal.aborted) throw error;
    say(terminal, '\nStopped.');
    return exitCode.completed;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

function monotonic(): number {
  return performance.now();
}
