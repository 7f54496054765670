import { once } from 'node:events';
import { createServer, request } from 'node:http';

/** The maximum number of pieces per chunk: megabytes in pieces of one byte would take minutes. */
const MAX_PIECES = 100;

export interface CuttingProxyOptions {
  readonly target: string;
  /** The number of bytes after which each successive stream breaks; later streams do not break. */
  readonly cuts: readonly number[];
  /** The size of the pieces in bytes; larger if there would be too many pieces. */
  readonly pieceBytes: number;
}

/** A proxy that splits event streams at arbitrary bytes, and breaks them. */
export async function startCuttingProxy({ target, cuts, pieceBytes }: CuttingProxyOptions) {
  const left = [...cuts];
  const server = createServer((asked, answer) => {
    const { method, headers } = asked;
    const isStream = headers.accept?.includes('text/event-stream') === true;
    const forward = request(new URL(asked.url ?? '', target), { method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.once('error', () => answer.destroy());
      if (!isStream) {
        got.pipe(answer);
        return;
      }
      let allowed = left.shift() ?? Number.POSITIVE_INFINITY;
      got.on('data', (bytes: Buffer) => {
        const size = Math.max(pieceBytes, Math.ceil(bytes.length / MAX_PIECES));
        for (let from = 0; from < bytes.length && allowed > 0; from += size) {
          const piece = bytes.subarray(from, Math.min(from + size, from + allowed));
          allowed -= piece.length;
          answer.write(piece);
        }
        if (allowed <= 0) answer.destroy();
      });
      got.once('end', () => answer.end());
    });
    forward.once('error', () => answer.destroy());
    answer.once('close', () => forward.destroy());
    asked.pipe(forward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
