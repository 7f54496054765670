import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveHook } from '@runtape/engine';
import type { WorkflowId } from '@runtape/events';
import { makeFolder } from './make-folder.ts';

const CHUNK_CHARS = 64 * 1024;

function notWritable(folder: string, cause: Error): Error {
  return new Error(
    `ARCHIVE_DIR is ${folder}. Check that the folder is writable and that its disk is not full: ${cause.message}.`,
    { cause },
  );
}

export function archivePath(folder: string, workflowId: WorkflowId): string {
  return join(folder, `${workflowId}.ndjson`);
}

/** Whether an error comes from the file system, such as ENOSPC or EACCES. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** Writes each workflow into a file of this folder before it is removed. */
export function archiveInto(folder: string): ArchiveHook {
  return async ({ workflowId }, lines) => {
    try {
      await writeArchiveFile(folder, workflowId, lines);
    } catch (error) {
      throw isFileError(error) ? notWritable(folder, error) : error;
    }
  };
}

/**
 * Writes an archive completely or not at all: it is renamed to its name once it is on disk, and
 * replaces an older one.
 * @param folder created if necessary.
 * @throws what the lines reject with; an error of the file system.
 */
export async function writeArchiveFile(
  folder: string,
  workflowId: WorkflowId,
  lines: AsyncIterable<string>,
): Promise<void> {
  await makeFolder(folder);
  const temporary = join(folder, `.${workflowId}.${randomUUID()}.tmp`);
  try {
    await writeToDisk(temporary, lines);
    await rename(temporary, archivePath(folder, workflowId));
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeToDisk(path: string, lines: AsyncIterable<string>): Promise<void> {
  await using file = await open(path, 'wx');
  await file.writeFile(inChunks(lines));
  await file.sync();
}

/** A write per line would take most of the time. */
async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<string, void> {
  let chunk = '';
  for await (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** Makes the new name survive a power cut, since the workflow may be removed right after. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(folder, 'r');
  await handle.sync();
}
