/**
 * The same values, asked for in a way that is safe to forget. tRPC (11.25) asks for the next value
 * before the client has taken the last; when the client stalls there and the stream fails or is
 * aborted, nobody hears of it, and a rejection that nobody hears of ends the process.
 */
export function attendRejections<Value>(source: AsyncIterable<Value>): AsyncIterable<Value> {
  return {
    [Symbol.asyncIterator]: () => {
      const values = source[Symbol.asyncIterator]();
      return {
        next: () => attended(values.next()),
        return: async () => (await values.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

function attended<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
