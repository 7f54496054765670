/** A body that asks for the next frame only when the client took the last one. */
export function pulledBody(
  frames: AsyncGenerator<Uint8Array, void>,
  left: AbortController,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        left.abort();
        await frames.return();
      },
    },
    { highWaterMark: 0 },
  );
}
