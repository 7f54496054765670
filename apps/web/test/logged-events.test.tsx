import type { EventItem } from '@runtape/client';
import type { GithubRouter } from '@runtape/github-workflows/contract';
import { type EventId, eventIdSchema, formatEventId } from '@runtape/events';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { act } from 'react';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { trpc } from '../src/connect.ts';
import { EventsTab } from '../src/workflow/events-tab.tsx';
import { render } from './render.tsx';

const inputSchema = z.object({ after: eventIdSchema.optional() });

const idOf = (incarnation: string, seq: number): EventId => formatEventId({ incarnation, seq });

const eventsOf = (incarnation: string, count: number): EventItem[] =>
  Array.from({ length: count }, (_, index) => ({
    id: idOf(incarnation, index + 1),
    type: 'status',
    data: { stage: 's', message: `${incarnation} ${index + 1}` },
    timestamp: '2026-01-02T03:04:05.678Z',
  }));

/** Renders the tab with a log that the test can replace. */
function setUp(log: readonly EventItem[]) {
  const server = { log };
  const answer: TRPCLink<GithubRouter> = () => (call) =>
    observable((observer) => {
      const { after } = inputSchema.parse(call.op.input);
      const from = server.log.findIndex(({ id }) => id === after) + 1;
      const events = server.log.slice(from);
      const next = events.at(-1)?.id ?? after ?? null;
      observer.next({ result: { type: 'data', data: { events, next, ended: false } } });
      observer.complete();
    });
  const client = trpc.createClient({ links: [answer] });
  const queryClient = new QueryClient();
  const tabAt = (cursor: EventId) => (
    <trpc.Provider client={client} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <EventsTab workflowId="wf_0123456789abcdef" cursor={cursor} ownTypes={[]} />
      </QueryClientProvider>
    </trpc.Provider>
  );
  return { server, tabAt };
}

const rowsIn = (container: HTMLElement): readonly string[] =>
  [...container.querySelectorAll('li summary')].map(
    (row) => /[a-z]{8}-\d+/.exec(row.textContent)?.[0] ?? '',
  );

/** Returns the rows once pending changes are rendered. */
const polled =
  (container: HTMLElement): (() => Promise<readonly string[]>) =>
  async () => {
    await act(async () => {});
    return rowsIn(container);
  };

test('F2: after the log changes its incarnation, only events of the new one are shown', async () => {
  const { server, tabAt } = setUp(eventsOf('aaaaaaaa', 3));
  await using shown = await render(tabAt(idOf('aaaaaaaa', 3)));
  await expect.poll(polled(shown.container)).toEqual(['aaaaaaaa-1', 'aaaaaaaa-2', 'aaaaaaaa-3']);
  server.log = eventsOf('bbbbbbbb', 2);
  await shown.show(tabAt(idOf('bbbbbbbb', 2)));
  await expect.poll(polled(shown.container)).toEqual(['bbbbbbbb-1', 'bbbbbbbb-2']);
});

test('F9: only events up to the moment shown are listed, even if later ones are loaded', async () => {
  const { tabAt } = setUp(eventsOf('aaaaaaaa', 3));
  await using shown = await render(tabAt(idOf('aaaaaaaa', 3)));
  await expect.poll(polled(shown.container)).toEqual(['aaaaaaaa-1', 'aaaaaaaa-2', 'aaaaaaaa-3']);
  await shown.show(tabAt(idOf('aaaaaaaa', 2)));
  await expect.poll(polled(shown.container)).toEqual(['aaaaaaaa-1', 'aaaaaaaa-2']);
});
