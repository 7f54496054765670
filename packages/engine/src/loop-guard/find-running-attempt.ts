import { Session } from 'node:inspector';
import { z } from 'zod';
import { RUNNING_ATTEMPT } from './running-attempt.ts';

/**
 * Between two looks, in ms: code that awaits what is settled belongs to nobody for moments in
 * between.
 */
const LOOK_AGAIN_MS = 100;
/** A pause that was asked for and does not come is asked for again. */
const PAUSE_MS = 2_000;

const pausedSchema = z.object({
  callFrames: z.array(z.object({ callFrameId: z.string() })).min(1),
});
const valueSchema = z.object({ result: z.object({ value: z.string().optional() }) });

/**
 * Finds out which attempt's code holds the event loop of the main thread: stops that thread for a
 * moment, asks, and lets it go on. To be called from another thread.
 * @param signal ends the looking, when the loop goes on.
 * @returns the attempt's key; `undefined` when what holds the loop is no attempt's, or the loop
 *   went on before that was known.
 */
export async function findRunningAttempt(signal: AbortSignal): Promise<string | undefined> {
  const session = new Session();
  try {
    session.connectToMainThread();
    await call(session, 'Debugger.enable');
    while (!signal.aborted) {
      const key = await look(session, signal);
      if (key !== undefined) return key;
      await delay(LOOK_AGAIN_MS, signal);
    }
    return undefined;
  } finally {
    session.disconnect();
  }
}

async function look(session: Session, signal: AbortSignal): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const onPaused = ({ params }: { params: unknown }): void => {
    void whoIsIn(session, params).then(resolve, () => resolve(undefined));
  };
  session.once('Debugger.paused', onPaused);
  await call(session, 'Debugger.pause');
  const key = await Promise.race([promise, delay(PAUSE_MS, signal)]);
  session.off('Debugger.paused', onPaused);
  return key ?? undefined;
}

/** Of a thread that was stopped; it goes on afterwards in any case. */
async function whoIsIn(session: Session, params: unknown): Promise<string | undefined> {
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

/** Waits, and not longer than until the signal aborts. */
async function delay(ms: number, signal: AbortSignal): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  const stop = (): void => resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
}
