import { randomBytes } from 'node:crypto';
import { serverUrl } from '@runtape/client';
import { createGithubClient } from '@runtape/github-workflows/client';
import { authorizedFetch } from '../authorized-fetch.ts';
import { checkUrl } from '../connect-server.ts';
import { CliError, type ExitCode, exitCode } from '../exit-code.ts';
import { formatSeconds } from '../format-seconds.ts';
import { onStdoutClosed, say } from '../terminal.ts';
import type { CheckResult } from '../verify/check.ts';
import { checks } from '../verify/checks/index.ts';
import { ResultPrinter } from '../verify/print-results.ts';
import { runChecks } from '../verify/run-checks.ts';
import type { CommandContext } from './context.ts';

export interface VerifyOptions {
  readonly json?: boolean | undefined;
  /** The HEARTBEAT_SECONDS setting of the server. */
  readonly heartbeat: number;
  /** The time limit for all checks, in seconds. */
  readonly timeout: number;
}

/** Streams a workflow through every API of a running server, and prints the results. */
export async function verify(
  { terminal, process }: CommandContext,
  url: string,
  { json = false, heartbeat, timeout }: VerifyOptions,
): Promise<ExitCode> {
  checkUrl(url);
  const fetch = authorizedFetch(process.env);
  await expectServer(fetch, url);
  const client = createGithubClient({ url, fetch });
  const stopping = new AbortController();
  const onInterrupt = (): void => stopping.abort();
  process.once('SIGINT', onInterrupt);
  const stopListening = onStdoutClosed(terminal, () => stopping.abort());
  const printer = new ResultPrinter(terminal, checks, { json });
  const startedAt = performance.now();
  try {
    const results = await runChecks({
      url,
      fetch,
      client,
      checks,
      runId: randomBytes(8).toString('hex'),
      heartbeatSeconds: heartbeat,
      timeoutSeconds: timeout,
      signal: stopping.signal,
      onResult: printer.add,
    });
    if (!json) say(terminal, summarize(url, results, performance.now() - startedAt));
    return results.some(hasFailed) ? exitCode.failed : exitCode.completed;
  } finally {
    printer.clearProgress();
    stopListening();
    process.off('SIGINT', onInterrupt);
    await client.close();
  }
}

/** @throws CliError if the server does not respond; the checks are then skipped. */
async function expectServer(fetch: typeof globalThis.fetch, url: string): Promise<void> {
  try {
    const response = await fetch(serverUrl(url, '/api/health'));
    await response.body?.cancel();
  } catch (cause) {
    const message = `No response from ${url}. Check that the server is running.`;
    throw new CliError(exitCode.unreachable, message, { cause });
  }
}

function hasFailed({ outcome }: CheckResult): boolean {
  return outcome === 'failed' || outcome === 'not_run';
}

function summarize(url: string, results: readonly CheckResult[], ms: number): string {
  const bad = results.filter(hasFailed).length;
  const good = results.filter(({ outcome }) => outcome === 'passed').length;
  return bad === 0
    ? `All ${good} checks of ${url} passed in ${formatSeconds(ms)}.`
    : `${bad} of ${results.length} checks of ${url} failed (${formatSeconds(ms)}).`;
}
