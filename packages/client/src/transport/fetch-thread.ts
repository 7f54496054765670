import { ask, type Asking, type Page } from './fetch-page.ts';

export interface ThreadQuestion {
  readonly threadId: string;
  readonly after: string | null;
}

/** Asks once for what happened in a thread after a cursor. @throws as `ask`. */
export async function askThread(
  asking: Asking,
  { threadId, after }: ThreadQuestion,
): Promise<Page> {
  return await ask(asking, async (signal) => {
    const { events, more } = await asking.trpc.thread.events.query(
      { threadId, ...(after !== null && { after }) },
      { signal },
    );
    const items = events.map(({ cursor, ...data }) => ({ id: cursor, data }));
    return { items, polled: more ? 'more' : 'idle' };
  });
}
