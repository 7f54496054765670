import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RuntapeClientError, type WorkflowListItem } from '@runtape/client';
import { archiveLines, isEventLogError } from '@runtape/event-log';
import { archivePath, writeArchiveFile } from '@runtape/worker/write-archive-file';
import { type Connection, connectServer } from '../connect-server.ts';
import { CliError, type ExitCode, exitCode } from '../exit-code.ts';
import { inOneLine } from '../in-one-line.ts';
import { isFileError } from '../is-file-error.ts';
import { endedWorkflows, readEvents } from '../read-ended.ts';
import { say, warn } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

/** Writes every workflow that has ended and is not in the folder yet into a file there. */
export async function archive(
  { terminal, process, cwd }: CommandContext,
  dir: string,
  { url }: UrlOption,
): Promise<ExitCode> {
  const folder = resolve(cwd, dir);
  await using connection = await connectServer({
    url,
    runWorkflows: false,
    env: process.env,
    onWarning: (message) => warn(terminal, message),
  });
  const count = { written: 0, there: 0, failed: 0 };
  for await (const workflow of endedWorkflows(connection.client)) {
    const outcome = await archiveOne(connection, folder, workflow);
    if (outcome === 'written')
      say(terminal, `${workflow.workflowId}  ${inOneLine(workflow.title)}`);
    else if (outcome !== 'there') warn(terminal, outcome.failed);
    count[typeof outcome === 'string' ? outcome : 'failed'] += 1;
  }
  const earlier = count.there === 0 ? '' : ` ${count.there} had been archived before.`;
  say(
    terminal,
    `Archived ${count.written} of the workflows that have ended in ${folder}.${earlier}`,
  );
  return count.failed === 0 ? exitCode.completed : exitCode.failed;
}

type Outcome = 'written' | 'there' | { readonly failed: string };

async function archiveOne(
  { client }: Connection,
  folder: string,
  workflow: WorkflowListItem,
): Promise<Outcome> {
  const { workflowId } = workflow;
  if (await exists(archivePath(folder, workflowId))) return 'there';
  try {
    const { incarnation, pages } = await readEvents(client, workflowId);
    await writeArchiveFile(folder, workflowId, archiveLines(workflow, incarnation, pages));
    return 'written';
  } catch (error) {
    if (isFileError(error)) {
      throw new CliError(
        exitCode.failed,
        `${workflowId} could not be written to ${folder}. Is it a folder that you may write to, on a disk with room? ${error.message}`,
        { cause: error },
      );
    }
    const known = RuntapeClientError.from(error);
    if (isEventLogError(error, 'invalid_archive')) return { failed: error.message };
    if (known.code === 'unknown_workflow')
      return { failed: `${workflowId} was removed meanwhile.` };
    throw known;
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
