import { sleepOrAbort } from '@runtape/async';
import { Session } from 'node:inspector';
import { z } from 'zod';
import { RUNNING_ATTEMPT } from './running-attempt.ts';

/** The interval between samples, in ms: code that awaits settled promises has gaps. */
const SAMPLE_MS = 100;
/** A pause request without effect is repeated after this time, in ms. */
const PAUSE_MS = 2_000;

const pausedSchema = z.object({
  callFrames: z.array(z.object({ callFrameId: z.string() })).min(1),
});
const valueSchema = z.object({ result: z.object({ value: z.string().optional() }) });

/**
 * Finds the attempt whose code blocks the event loop of the main thread, by pausing that thread for
 * a moment in the debugger. Call it from another thread.
 * @param signal ends the search when the loop runs again.
 * @returns the attempt's key; `undefined` when no attempt blocks the loop, or it ran again before
 *    that was known.
 */
export async function findRunningAttempt(signal: AbortSignal): Promise<string | undefined> {
  const session = new Session();
  try {
    session.connectToMainThread();
    await call(session, 'Debugger.enable');
    while (!signal.aborted) {
      const key = await sample(session, signal);
      if (key !== undefined) return key;
      await sleepOrAbort(SAMPLE_MS, signal);
    }
    return undefined;
  } finally {
    session.disconnect();
  }
}

async function sample(session: Session, signal: AbortSignal): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const onPaused = ({ params }: { params: unknown }): void => {
    void readRunningKey(session, params).then(resolve, () => resolve(undefined));
  };
  session.once('Debugger.paused', onPaused);
  await call(session, 'Debugger.pause');
  const timeout = sleepOrAbort(PAUSE_MS, signal).then(() => undefined);
  const key = await Promise.race([promise, timeout]);
  session.off('Debugger.paused', onPaused);
  return key;
}

/** Reads the key from a paused thread, and resumes it in any case. */
async function readRunningKey(session: Session, params: unknown): Promise<string | undefined> {
  try {
    const [frame] = pausedSchema.parse(params).callFrames;
    const answer = await call(session, 'Debugger.evaluateOnCallFrame', {
      callFrameId: frame?.callFrameId,
      expression: RUNNING_ATTEMPT,
      returnByValue: true,
    });
    return valueSchema.parse(answer).result.value;
  } finally {
    await call(session, 'Debugger.resume');
  }
}

function call(session: Session, method: string, params: object = {}): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  session.post(method, params, (error, answer) => {
    if (error === null) resolve(answer);
    else reject(error);
  });
  return promise;
}
