import { CommanderError } from 'commander';
import { CliError, type ExitCode, exitCode } from './exit-code.ts';
import { createProgram } from './program.ts';
import { warn } from './terminal.ts';

const terminal = { stdout: process.stdout, stderr: process.stderr };

/** How a stream fails whose reader has left. */
const CLOSED: readonly unknown[] = ['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED'];

// A reader that has enough (`| head`) is no failure. What shows a workflow hears of it and ends by itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (CLOSED.includes(error.code)) return;
  warn(terminal, `The result could not be written: ${error.message}`);
  process.exit(exitCode.failed);
});
// What stands beside the result may get lost; the result may not.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => {
  warn(terminal, messageOf(error));
  process.exit(exitCode.failed);
});

const program = createProgram(
  // pnpm runs scripts in the root and says here where the person was.
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
  // Commander has printed its message already; --help comes here too.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCode.completed : exitCode.usage;
  warn(terminal, messageOf(error));
  if (error instanceof CliError) return error.exitCode;
  if (isAboutSettings(error)) return exitCode.usage;
  const { RuntapeClientError } = await import('@runtape/client');
  if (!(error instanceof RuntapeClientError)) return exitCode.failed;
  if (error.kind === 'refused') return exitCode.usage;
  return error.kind === 'network' || error.kind === 'service'
    ? exitCode.unreachable
    : exitCode.failed;
}

/** Not by its class, which would load half of a server with every command. */
function isAboutSettings(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'invalid_environment';
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('\n');
  return error instanceof Error ? error.message : String(error);
}
