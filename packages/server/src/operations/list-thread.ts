import { listThreadRoute } from '@runtape/contract';
import { checkThread } from '../accounts/check-thread.ts';
import { mayChange } from '../accounts/identity.ts';
import { handleRoute } from '../http/route.ts';
import { toItem } from './list-workflows.ts';

export const threadRoute = handleRoute(
  listThreadRoute,
  async ({ params: { threadId }, query, ctx }) => {
    await checkThread(ctx, threadId);
    const { log, fanOut, identity } = ctx;
    const { members, next } = await log.thread(threadId, query);
    const workflows = members
      .filter(({ record }) => mayChange(identity, record))
      .map(({ record }) => toItem(record, fanOut.readerCount(record.workflowId)));
    return Response.json({ threadId, workflows, next });
  },
);
