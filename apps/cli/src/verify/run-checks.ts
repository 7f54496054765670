import { serverUrl } from '@runtape/client';
import type { GithubClient } from '@runtape/github-workflows/client';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { type Check, CheckFailure, type CheckResult, NotRun, Skipped } from './check.ts';
import type { Ended, Probe, Started } from './probe.ts';
import { shorten } from './read-response.ts';
import { readLog } from './read-log.ts';

const SECOND_MS = 1000;
/** A first message, or the effect of a command, may take the total time divided by this number. */
const PROMPTLY_DIVISOR = 12;
/** The time limit for cancelling the workflows that were started, in ms. */
const CLEAN_UP_MS = 5000;

export interface RunOptions {
  /** The server's origin. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly client: GithubClient;
  readonly checks: readonly Check[];
  readonly runId: string;
  readonly heartbeatSeconds: number;
  /** The time limit for all checks together, in seconds. */
  readonly timeoutSeconds: number;
  /** Aborts the checks. */
  readonly signal: AbortSignal;
  /** Called with each result, and with the checks that have not finished yet. */
  readonly onResult: (result: CheckResult, running: readonly Check[]) => void;
}

/**
 * Runs all checks concurrently. The workflow that they follow stays paused until each live check
 * has received an event, so a stream that a proxy buffers until its end does not pass as live.
 * @returns the results in the order of the checks.
 */
export async function runChecks(options: RunOptions): Promise<readonly CheckResult[]> {
  const { checks, onResult, timeoutSeconds } = options;
  const done = new AbortController();
  const signals = [options.signal, done.signal, AbortSignal.timeout(timeoutSeconds * SECOND_MS)];
  const signal = AbortSignal.any(signals);
  const started = new Set<string>();
  const unseen = new Set(checks.filter(({ isLive }) => isLive === true));
  const allSeen = Promise.withResolvers<void>();
  if (unseen.size === 0) allSeen.resolve();
  const probe = makeProbe({ ...options, signal }, (workflowId) => started.add(workflowId));
  const resuming = resumeAfter(allSeen.promise, probe);
  const running = new Set(checks);
  try {
    const results = checks.map(async (check) => {
      const markSeen = (): void => {
        unseen.delete(check);
        if (unseen.size === 0) allSeen.resolve();
      };
      const result = await runCheck(check, { ...probe, markSeen }, timeoutSeconds);
      markSeen();
      running.delete(check);
      onResult(result, [...running]);
      return result;
    });
    return await Promise.all(results);
  } finally {
    done.abort();
    await resuming;
    await stopAll(options, started);
  }
}

function makeProbe(options: RunOptions, cleanUp: (workflowId: string) => void): Probe {
  const { url, fetch, client, signal, runId, heartbeatSeconds, timeoutSeconds } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Started>();
  const request: Probe['request'] = async (path, init) => {
    const headers = new Headers(init?.headers);
    // Otherwise `fetch` would request compression.
    if (!headers.has('Accept-Encoding')) headers.set('Accept-Encoding', 'identity');
    return await fetch(serverUrl(url, path), { ...init, headers, signal, redirect: 'manual' });
  };
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  const ended = readEnded({ client, request, signal }, promise);
  // Rejections reach the checks that await them.
  promise.catch(() => undefined);
  ended.catch(() => undefined);
  return {
    url,
    fetch,
    request,
    client,
    signal,
    runId,
    promptlyMs: (timeoutSeconds * SECOND_MS) / PROMPTLY_DIVISOR,
    heartbeatMs: heartbeatSeconds * SECOND_MS,
    started: promise,
    ended,
    announce: (workflow) => {
      if (workflow === null) reject(new NotRun('nothing could be started'));
      else resolve(workflow);
    },
    cleanUp,
    markSeen: () => undefined,
  };
}

async function readEnded(
  probe: Pick<Probe, 'client' | 'request' | 'signal'>,
  started: Promise<Started>,
): Promise<Ended> {
  const { workflowId } = await started;
  const entries = await readLog(probe, workflowId);
  return { entries, snapshot: entries.reduce(applyStreamEntry, initialState(workflowId)) };
}

async function resumeAfter(allSeen: Promise<void>, { started, request }: Probe): Promise<void> {
  try {
    const { workflowId } = await started;
    await allSeen;
    const response = await request(`/api/workflows/${workflowId}/resume`, { method: 'POST' });
    await response.body?.cancel();
  } catch {
    // The workflow then stays paused, and the checks that wait for its end fail.
  }
}

async function runCheck(check: Check, probe: Probe, timeoutSeconds: number): Promise<CheckResult> {
  const { name, title } = check;
  const startedAt = performance.now();
  const describeCheck = () => ({
    check: name,
    title,
    ms: Math.round(performance.now() - startedAt),
  });
  try {
    const note = await check.run(probe);
    return { ...describeCheck(), outcome: 'passed', note };
  } catch (error) {
    if (error instanceof Skipped)
      return { ...describeCheck(), outcome: 'skipped', note: error.message };
    if (error instanceof NotRun)
      return { ...describeCheck(), outcome: 'not_run', note: error.message };
    const { expected, actual, advice } = describe(error, probe.signal, timeoutSeconds);
    return { ...describeCheck(), outcome: 'failed', expected, came: actual, advice };
  } finally {
    // No other check starts the workflow.
    if (name === 'start') probe.announce(null);
  }
}

function describe(error: unknown, signal: AbortSignal, timeoutSeconds: number) {
  if (error instanceof CheckFailure) return error.failure;
  if (signal.aborted) {
    return {
      expected: `a result within ${timeoutSeconds} s`,
      actual: 'none',
      advice:
        'Check that a worker is running (npx pnpm worker). For a slow model, raise --timeout.',
    };
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const messages = [error, cause].flatMap((each) => (each instanceof Error ? [each.message] : []));
  return {
    expected: 'a complete response, as docs/protocol.md describes it',
    actual: shorten(messages.join(': ') || String(error)),
    advice:
      'Check what closes connections between this machine and the server. The log of the server may show more.',
  };
}

/** Has no effect on workflows that have ended. */
async function stopAll({ client }: RunOptions, started: ReadonlySet<string>): Promise<void> {
  const timeout = AbortSignal.timeout(CLEAN_UP_MS);
  const stopping = [...started].map((workflowId) =>
    client.trpc.cancelWorkflow.mutate({ workflowId, reason: 'verified' }, { signal: timeout }),
  );
  await Promise.allSettled(stopping);
}
