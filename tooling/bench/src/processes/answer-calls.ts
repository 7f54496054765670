import { z } from 'zod';

const callSchema = z.object({ id: z.number(), name: z.string(), argument: z.unknown() });

/** The functions of a bench process that its parent can call. */
export type Handlers = Readonly<Record<string, (argument: unknown) => unknown>>;

/** Answers calls of the parent process, and ends when the parent does. */
export function answerCalls(handlers: Handlers): void {
  process.once('disconnect', () => process.exit());
  process.on('message', (message) => {
    const { id, name, argument } = callSchema.parse(message);
    void answer(handlers[name], argument).then((reply) => process.send?.({ id, ...reply }));
  });
}

async function answer(handler: Handlers[string] | undefined, argument: unknown) {
  try {
    if (handler === undefined) throw new TypeError('There is no such call.');
    return { result: await handler(argument) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
