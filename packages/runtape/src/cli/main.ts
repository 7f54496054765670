#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { checkNode } from '../check-node.ts';
import { RuntapeError } from '../errors.ts';
import { watchFile } from './watch-file.ts';

const USAGE = `Usage: runtape dev <file> [--port <port>] [--folder <folder>]

Runs the workflows that a file exports, and serves the page that shows them.
The file is loaded again when it, or a module that it imports, changes.

  --port    the port to listen on (default: 4310, or the next free one)
  --folder  where workflows are kept (default: .runtape)
`;

try {
  checkNode();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      folder: { type: 'string', default: '.runtape' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, file, ...more] = positionals;
  if (values.help || command === undefined) {
    process.stdout.write(USAGE);
  } else if (command !== 'dev' || file === undefined || more.length > 0) {
    throw new RuntapeError(
      'invalid_option',
      `Say which file to run: runtape dev feed.ts\n\n${USAGE}`,
    );
  } else {
    process.exitCode = await watchFile(file, values);
  }
} catch (error) {
  if (!(error instanceof RuntapeError) && !isParseError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

/** An option that `parseArgs` does not know. */
function isParseError(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}
