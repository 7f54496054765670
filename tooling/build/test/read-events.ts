import { z } from 'zod';

const eventSchema = z.looseObject({ id: z.string(), type: z.string(), data: z.unknown() });

/** An event as the stream has it, in the default format. */
export type StreamedEvent = z.infer<typeof eventSchema>;

/** The events of one stream of the API, to its end. */
export async function* readEvents(stream: Response): AsyncGenerator<StreamedEvent, void> {
  if (!stream.ok || stream.body === null) throw new Error(`The stream answers ${stream.status}.`);
  let buffer = '';
  for await (const text of stream.body.pipeThrough(new TextDecoderStream())) {
    const frames = `${buffer}${text}`.split('\n\n');
    buffer = frames.pop() ?? '';
    for (const frame of frames) {
      const [, data] = /^data: (.*)$/m.exec(frame) ?? [];
      if (data !== undefined) yield eventSchema.parse(JSON.parse(data));
    }
  }
}

/** Those up to the first that fits, which is the last of them; the others can still be read. */
export async function takeUntil(
  events: AsyncGenerator<StreamedEvent, void>,
  isLast: (event: StreamedEvent) => boolean,
): Promise<readonly StreamedEvent[]> {
  const taken: StreamedEvent[] = [];
  for (;;) {
    const { value: event } = await events.next();
    if (!event) throw new Error(`The stream ended after ${JSON.stringify(taken.at(-1))}.`);
    taken.push(event);
    if (isLast(event)) return taken;
  }
}
