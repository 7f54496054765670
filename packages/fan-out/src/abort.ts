/** The reason of an aborted signal as an error named `AbortError`, whatever the reason is. */
export function abortErrorOf({ reason }: AbortSignal): Error {
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  const error = new Error('The reader was aborted.', { cause: reason });
  error.name = 'AbortError';
  return error;
}

/** Waits for a task, but not past the abort: the task itself goes on. */
export function untilAborted<Value>(task: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const abort = (): void => reject(abortErrorOf(signal));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  task.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  return promise;
}
