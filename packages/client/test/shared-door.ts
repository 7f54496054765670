import { z } from 'zod';

const bodySchema = z.object({
  streams: z
    .array(
      z.object({
        workflowId: z.string(),
        after: z.string().nullable(),
        replay: z.enum(['events', 'snapshot']),
        types: z.array(z.string()).optional(),
      }),
    )
    .min(1)
    .max(200),
});

type Asked = z.infer<typeof bodySchema>['streams'][number];

/** `POST /api/events` on top of the streams of single workflows. */
export async function sharedDoor(
  request: Request,
  serve: (request: Request) => Promise<Response>,
): Promise<Response> {
  const { streams } = bodySchema.parse(await request.json());
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const left = new AbortController();
  request.signal.addEventListener('abort', () => left.abort());
  const say = async (event: string, data: unknown): Promise<void> => {
    await writer.write(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  };
  void writer.write(encoder.encode('retry: 1000\n\n')).catch(() => {});
  void Promise.all(streams.map((asked) => serveOne(asked, request.url, left.signal, serve, say)))
    .then((ends) => (ends.includes(false) ? writer.abort() : writer.close()))
    .catch(() => left.abort());
  writer.closed.catch(() => left.abort());
  return new Response(readable, { headers: { 'content-type': 'text/event-stream' } });
}

async function serveOne(
  { workflowId, after, replay, types }: Asked,
  base: string,
  signal: AbortSignal,
  serve: (request: Request) => Promise<Response>,
  say: (event: string, data: unknown) => Promise<void>,
): Promise<boolean> {
  const url = new URL(`/api/workflows/${workflowId}/events`, base);
  url.searchParams.set('replay', replay);
  if (types !== undefined) url.searchParams.set('types', types.join(','));
  const headers = after === null ? {} : { 'last-event-id': after };
  const response = await serve(new Request(url, { headers, signal }));
  if (response.status >= 400) {
    const { error } = z.object({ error: z.unknown() }).parse(await response.json());
    await say('refused', { workflowId, error });
    return true;
  }
  let rest = '';
  let last: string | null = null;
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      const id = /^id: (.*)$/m.exec(block)?.[1];
      if (data === undefined || id === undefined) continue;
      const { id: _, ...message } = z.looseObject({ type: z.string() }).parse(JSON.parse(data));
      last = message.type;
      if (message.type === 'workflow:state') {
        const status = z
          .object({ data: z.object({ snapshot: z.object({ status: z.string() }) }) })
          .parse(message).data.snapshot.status;
        last = `workflow:${status}`;
      }
      await say('message', { workflowId, id, message });
    }
  }
  const ended =
    response.status === 204 || /^workflow:(completed|failed|cancelled)$/.test(last ?? '');
  if (ended) await say('ended', { workflowId });
  return ended;
}
