import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import type { AppRouter } from './server.ts';

const url = process.env.URL ?? 'http://127.0.0.1:3000';
const trpc = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: ({ type }) => type === 'subscription',
      true: httpSubscriptionLink({ url, EventSource }),
      false: httpBatchLink({ url }),
    }),
  ],
});

console.log(`Version ${await trpc.version.query()}`);
const { workflowId } = await trpc.runtape.start.mutate({
  workflow: 'greet',
  input: { name: 'Ada' },
});
const following = trpc.runtape.onWorkflowEvents.subscribe(
  { workflowId },
  {
    onData: ({ data: message }) => console.log(message.type),
    onComplete: () => following.unsubscribe(),
  },
);
