import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RuntapeClientError, type WorkflowListItem } from '@runtape/client';
import { archiveLines, isEventLogError } from '@runtape/event-log';
import { archivePath, isFileError, writeArchiveFile } from '@runtape/worker/write-archive-file';
import { type Connection, connectServer } from '../connect-server.ts';
import { CliError, type ExitCode, exitCode } from '../exit-code.ts';
import { endedWorkflows, readEvents } from '../read-ended.ts';
import { inOneLine, say, warn } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

/** Archives every workflow that has ended and is not in the folder yet. */
export async function archive(
  context: CommandContext,
  dir: string,
  { url }: UrlOption,
): Promise<ExitCode> {
  const { terminal, cwd } = context;
  const folder = resolve(cwd, dir);
  await using connection = await connectServer(context, { url, runWorkflows: false });
  const count = { written: 0, there: 0, failed: 0 };
  for await (const workflow of endedWorkflows(connection.client)) {
    const outcome = await archiveOne(connection, folder, workflow);
    if (outcome === 'written')
      say(terminal, `${workflow.workflowId}  ${inOneLine(workflow.title)}`);
    else if (outcome !== 'there') warn(terminal, outcome.failed);
    count[typeof outcome === 'string' ? outcome : 'failed'] += 1;
  }
  const earlier = count.there === 0 ? '' : ` ${count.there} had been archived before.`;
  say(terminal, `Archived ${count.written} of the ended workflows in ${folder}.${earlier}`);
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
        `${workflowId} could not be written to ${folder}. Check that the folder is writable and that its disk is not full: ${error.message}`,
        { cause: error },
      );
    }
    const known = RuntapeClientError.from(error);
    if (isEventLogError(error, 'invalid_archive')) return { failed: error.message };
    if (known.code === 'unknown_workflow')
      return { failed: `${workflowId} was removed while it was being archived.` };
    throw known;
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
