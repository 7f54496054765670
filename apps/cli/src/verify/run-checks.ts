import { type RuntapeClient, serverUrl } from '@runtape/client';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { type Check, CheckFailure, type CheckResult, NotRun, Skipped } from './check.ts';
import { Gathering } from './gathering.ts';
import type { Ended, Probe, Started } from './probe.ts';
import { shorten } from './read-answer.ts';
import { readLog } from './read-log.ts';

const SECOND_MS = 1000;
/** Whoever gives all of it more time gives its parts more as well. */
const PROMPTLY_PART = 12;
/** How long what is left over may take to stop. */
const CLEAN_UP_MS = 5000;

export interface RunOptions {
  /** The server's origin. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly client: RuntapeClient;
  readonly checks: readonly Check[];
  readonly runId: string;
  readonly heartbeatSeconds: number;
  /** After so many seconds what is not done has failed. */
  readonly timeoutSeconds: number;
  /** Aborts when nobody wants to know any more. */
  readonly signal: AbortSignal;
  /** Hears each result as it comes, and which checks are not done yet. */
  readonly onResult: (result: CheckResult, left: readonly Check[]) => void;
}

/**
 * Tries all checks at once. The workflow they follow is held until each live one has heard of it, so that a stream which only
 * comes when all is over is told from one that is live. What was started is stopped at the end.
 * @returns the results in the order of the checks.
 */
export async function runChecks(options: RunOptions): Promise<readonly CheckResult[]> {
  const { checks, onResult, timeoutSeconds } = options;
  const over = new AbortController();
  const signals = [options.signal, over.signal, AbortSignal.timeout(timeoutSeconds * SECOND_MS)];
  const signal = AbortSignal.any(signals);
  const started = new Set<string>();
  const live = new Gathering(checks.filter(({ isLive }) => isLive === true));
  const probe = makeProbe({ ...options, signal }, (workflowId) => started.add(workflowId));
  const goesOn = letGoOn(probe, live);
  const left = new Set(checks);
  try {
    const running = checks.map(async (check) => {
      const heardOfIt = (): void => live.arrive(check);
      const result = await runCheck(check, { ...probe, heardOfIt }, timeoutSeconds);
      heardOfIt();
      left.delete(check);
      onResult(result, [...left]);
      return result;
    });
    return await Promise.all(running);
  } finally {
    over.abort();
    await goesOn;
    await stopAll(options, started);
  }
}

function makeProbe(options: RunOptions, cleanUp: (workflowId: string) => void): Probe {
  const { url, fetch, client, signal, runId, heartbeatSeconds, timeoutSeconds } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Started>();
  const ask: Probe['ask'] = async (path, init) => {
    const headers = new Headers(init?.headers);
    // What `fetch` would ask for by itself.
    if (!headers.has('Accept-Encoding')) headers.set('Accept-Encoding', 'identity');
    return await fetch(serverUrl(url, path), { ...init, headers, signal, redirect: 'manual' });
  };
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  const ended = readEnded({ client, ask, signal }, promise);
  // Whoever needs them hears of it.
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
    heardOfIt: () => undefined,
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

/** Lets the workflow go on when everybody listens. */
async function letGoOn({ started, ask }: Probe, live: Gathering<Check>): Promise<void> {
  try {
    const { workflowId } = await started;
    await live.isComplete;
    const answer = await ask(`/api/workflows/${workflowId}/resume`, { method: 'POST' });
    await answer.body?.cancel();
  } catch {
    // Then it stays where it is, which those who wait for its end tell.
  }
}

async function runCheck(check: Check, probe: Probe, timeoutSeconds: number): Promise<CheckResult> {
  const { name, title } = check;
  const startedAt = performance.now();
  const tell = () => ({ check: name, title, ms: Math.round(performance.now() - startedAt) });
  try {
    const note = await check.run(probe);
    return { ...tell(), outcome: 'passed', note };
  } catch (error) {
    if (error instanceof Skipped) return { ...tell(), outcome: 'skipped', note: error.message };
    if (error instanceof NotRun) return { ...tell(), outcome: 'not_run', note: error.message };
    const { expected, came, advice } = describe(error, probe.signal, timeoutSeconds);
    return { ...tell(), outcome: 'failed', expected, came, advice };
  } finally {
    // Nobody else starts anything.
    if (name === 'start') probe.announce(null);
  }
}

function describe(error: unknown, signal: AbortSignal, timeoutSeconds: number) {
  if (error instanceof CheckFailure) return error;
  if (signal.aborted) {
    return {
      expected: `to be done within ${timeoutSeconds} s`,
      came: 'nothing that would be an end',
      advice: 'Is there a worker (npx pnpm worker)? A slow model may need more: --timeout.',
    };
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const messages = [error, cause].flatMap((each) => (each instanceof Error ? [each.message] : []));
  return {
    expected: 'an answer, whole and as docs/protocol.md says',
    came: shorten(messages.join(': ') || String(error)),
    advice: 'Does something end connections between here and the server? Its log may say more.',
  };
}

/** Harmless for what has ended. */
async function stopAll({ client }: RunOptions, started: ReadonlySet<string>): Promise<void> {
  const late = AbortSignal.timeout(CLEAN_UP_MS);
  const stopping = [...started].map((workflowId) =>
    client.trpc.cancelWorkflow.mutate({ workflowId, reason: 'verified' }, { signal: late }),
  );
  await Promise.allSettled(stopping);
}
