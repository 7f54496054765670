/**
 * A body that asks for the next frame only when the client took the last one.
 * @param leave ends everything when the client leaves.
 */
export function pulledBody(
  frames: AsyncGenerator<Uint8Array, void>,
  leave: () => Promise<void>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}
