import { forward, type HttpServer, startHttpServer } from './forward.ts';

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
export async function startCuttingProxy({
  target,
  cuts,
  pieceBytes,
}: CuttingProxyOptions): Promise<HttpServer> {
  const remaining = [...cuts];
  return await startHttpServer((incoming, outgoing) => {
    if (incoming.headers.accept?.includes('text/event-stream') !== true) {
      forward(target, incoming, outgoing);
      return;
    }
    forward(target, incoming, outgoing, (response) => {
      let allowed = remaining.shift() ?? Number.POSITIVE_INFINITY;
      response.on('data', (bytes: Buffer) => {
        const size = Math.max(pieceBytes, Math.ceil(bytes.length / MAX_PIECES));
        for (let from = 0; from < bytes.length && allowed > 0; from += size) {
          const piece = bytes.subarray(from, Math.min(from + size, from + allowed));
          allowed -= piece.length;
          outgoing.write(piece);
        }
        if (allowed <= 0) outgoing.destroy();
      });
      response.once('end', () => outgoing.end());
    });
  });
}
