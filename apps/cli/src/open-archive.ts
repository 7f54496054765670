import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Archive, isEventLogError, readArchive } from '@runtape/event-log';
import { CliError, exitCode } from './exit-code.ts';
import { isFileError } from './is-file-error.ts';

/**
 * Opens an archived workflow, after reading all of it once: nothing is shown of a file that turns out to be broken.
 * @throws CliError (usage) when it is not there, or is no whole archive; says the line.
 */
export async function openArchive(file: string): Promise<Archive> {
  const found = await stat(file).catch((cause: unknown) => {
    throw usage(`There is no file ${file}, or it may not be read.`, cause);
  });
  if (!found.isFile()) throw usage(`${file} is no file. Name one that "runtape archive" wrote.`);
  try {
    const { entries } = await readArchive(createReadStream(file));
    for await (const entry of entries) void entry;
  } catch (error) {
    const wrong = isEventLogError(error, 'invalid_archive');
    if (!wrong && !isFileError(error)) throw error;
    throw usage(`${file} cannot be replayed. ${error.message}`, error);
  }
  return await readArchive(createReadStream(file));
}

function usage(message: string, cause?: unknown): CliError {
  return new CliError(exitCode.usage, message, cause === undefined ? undefined : { cause });
}
