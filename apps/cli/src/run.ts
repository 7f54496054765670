import { CommanderError } from 'commander';
import { CliError, type ExitCode, exitCode } from './exit-code.ts';
import { createProgram } from './program.ts';
import { warn } from './terminal.ts';

const terminal = { stdout: process.stdout, stderr: process.stderr };

/** The error codes of a stream whose reader has closed it. */
const CLOSED: readonly unknown[] = ['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED'];

// A closed stdout (`| head`) is not a failure. Commands that follow a workflow end by themselves.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (CLOSED.includes(error.code)) return;
  warn(terminal, `The result could not be written: ${error.message}`);
  process.exit(exitCode.failed);
});
// Only stdout carries the result; lost output on stderr is not an error.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => {
  warn(terminal, messageOf(error));
  process.exit(exitCode.failed);
});

const program = createProgram(
  // pnpm runs scripts in the root; INIT_CWD is the folder in which the user typed the command.
  { terminal, process, cwd: process.env['INIT_CWD'] ?? process.cwd() },
  (code) => {
    process.exitCode = code;
  },
);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await report(error);
}

async function report(error: unknown): Promise<ExitCode> {
  // Commander has already printed its message; --help ends here too.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCode.completed : exitCode.usage;
  warn(terminal, messageOf(error));
  if (error instanceof CliError) return error.exitCode;
  // Does not check for the error's class, because that would load half of a server with every
  // command.
  if (error instanceof Error && 'code' in error && error.code === 'invalid_environment')
    return exitCode.usage;
  const { RuntapeClientError } = await import('@runtape/client');
  if (!(error instanceof RuntapeClientError)) return exitCode.failed;
  if (error.kind === 'refused') return exitCode.usage;
  return error.kind === 'network' || error.kind === 'service'
    ? exitCode.unreachable
    : exitCode.failed;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('\n');
  return error instanceof Error ? error.message : String(error);
}
