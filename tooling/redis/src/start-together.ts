/** Waits for all of them; if one fails to start, ends the others and rejects with its error. */
export async function startTogether<T extends readonly Promise<AsyncDisposable>[] | []>(
  starts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const all: readonly Promise<AsyncDisposable>[] = starts;
  const settled = await Promise.allSettled(all);
  if (settled.some((start) => start.status === 'rejected')) {
    const running = settled.filter((start) => start.status === 'fulfilled');
    await Promise.all(running.map(({ value }) => value[Symbol.asyncDispose]()));
  }
  return Promise.all(starts);
}
