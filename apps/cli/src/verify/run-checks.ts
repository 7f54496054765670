import { type RuntapeClient, serverUrl } from '@runtape/client';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { type Check, CheckFailure, type CheckResult, NotRun, Skipped } from './check.ts';
import type { Ended, Probe, Started } from './probe.ts';
import { shorten } from './read-answer.ts';
import { readLog } from './read-log.ts';

const SECOND_MS = 1000;
/** A first message, or the effect of a command, may take the total time divided by this number. */
const PROMPTLY_PART = 12;
/** The time limit for cancelling the workflows that were started, in ms. */
const CLEAN_UP_MS = 5000;

export interface RunOptions {
  /** The server's origin. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly client: RuntapeClient;
  readonly checks: readonly Check[];
  readonly runId: string;
  readonly heartbeatSeconds: number;
  /** The time limit for all checks together, in seconds. */
  readonly timeoutSeconds: number;
  /** Aborts the checks. */
  readonly signal: AbortSignal;
  /** Called with each result, and with the checks that have not finished yet. */
  readonly onResult: (result: CheckResult, left: readonly Check[]) => void;
}

/**
 * Runs all checks concurrently. The workflow that they follow stays paused until each live check
 * has received an event, so a stream that a proxy buffers until its end does not pass as live.
 * @returns the results in the order of the checks.
 */
export async function runChecks(options: RunOptions): Promise<readonly CheckResult[]> {
  const { checks, onResult, timeoutSeconds } = options;
  const over = new AbortController();
  const signals = [options.signal, over.signal, AbortSignal.timeout(timeoutSeconds * SECOND_MS)];
  const signal = AbortSignal.any(signals);
  const started = new Set<string>();
  const unseen = new Set(checks.filter(({ isLive }) => isLive === true));
  const allSeen = Promise.withResolvers<void>();
  if (unseen.size === 0) allSeen.resolve();
  const probe = makeProbe({ ...options, signal }, (workflowId) => started.add(workflowId));
  const resuming = resumeAfter(allSeen.promise, probe);
  const left = new Set(checks);
  try {
    const running = checks.map(async (check) => {
      const markSeen = (): void => {
        unseen.delete(check);
        if (unseen.size === 0) allSeen.resolve();
      };
      const result = await runCheck(check, { ...probe, markSeen }, timeoutSeconds);
      markSeen();
      left.delete(check);
      onResult(result, [...left]);
      return result;
    });
    return await Promise.all(running);
  } finally {
    over.abort();
    await resuming;
    await stopAll(options, started);
  }
}

function makeProbe(options: RunOptions, cleanUp: (workflowId: string) => void): Probe {
  const { url, fetch, client, signal, runId, heartbeatSeconds, timeoutSeconds } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Started>();
  const ask: Probe['ask'] = async (path, init) => {
    const headers = new Headers(init?.headers);
    // Otherwise `fetch` would request compression.
    if (!headers.has('Accept-Encoding')) headers.set('Accept-Encoding', 'identity');
    return await fetch(serverUrl(url, path), { ...init, headers, signal, redirect: 'manual' });
  };
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  const ended = readEnded({ client, ask, signal }, promise);
  // Rejections reach the checks that await them.
  promise.catch(() => undefined);
  ended.catch(() => undefined);
  return {
    url,
    fetch,
    ask,
    client,
    signal,
    runId,
    promptlyMs: (timeoutSeconds * SECOND_MS) / PROMPTLY_PART,
    heartbeatMs: heartbeatSeconds * SECOND_MS,
    started: promise,
    ended,
    announce: (given) => {
      if (given === null) reject(new NotRun('nothing could be started'));
      else resolve(given);
    },
    cleanUp,
    markSeen: () => undefined,
  };
}

async function readEnded(
  probe: Pick<Probe, 'client' | 'ask' | 'signal'>,
  started: Promise<Started>,
): Promise<Ended> {
  const { workflowId } = await started;
  const entries = await readLog(probe, workflowId);
  return { entries, snapshot: entries.reduce(applyStreamEntry, initialState(workflowId)) };
}

async function resumeAfter(allSeen: Promise<void>, { started, ask }: Probe): Promise<void> {
  try {
    const { workflowId } = await started;
    await allSeen;
    const answer = await ask(`/api/workflows/${workflowId}/resume`, { method: 'POST' });
    await answer.body?.cancel();
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
    const { expected, came, advice } = describe(error, probe.signal, timeoutSeconds);
    return { ...describeCheck(), outcome: 'failed', expected, came, advice };
  } finally {
    // No other check starts the workflow.
    if (name === 'start') probe.announce(null);
  }
}

function describe(error: unknown, signal: AbortSignal, timeoutSeconds: number) {
  if (error instanceof CheckFailure) return error;
  if (signal.aborted) {
    return {
      expected: `a result within ${timeoutSeconds} s`,
      came: 'none',
      advice: 'Check that a worker runs (npx pnpm worker). For a slow model raise --timeout.',
    };
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const messages = [error, cause].flatMap((each) => (each instanceof Error ? [each.message] : []));
  return {
    expected: 'a complete answer, as docs/protocol.md describes it',
    came: shorten(messages.join(': ') || String(error)),
    advice: 'Check what ends connections between here and the server. Its log may say more.',
  };
}

/** Has no effect on workflows that have ended. */
async function stopAll({ client }: RunOptions, started: ReadonlySet<string>): Promise<void> {
  const late = AbortSignal.timeout(CLEAN_UP_MS);
  const stopping = [...started].map((workflowId) =>
    client.trpc.cancelWorkflow.mutate({ workflowId, reason: 'verified' }, { signal: late }),
  );
  await Promise.allSettled(stopping);
}
