import { operations } from '@runtape/contract';
import { cursorMismatch, parseCursor } from '@runtape/event-log';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { mayChange } from '../accounts/identity.ts';
import { ApiError } from '../errors/api-error.ts';
import { implement, routeOf } from '../http/operation.ts';
import { parseCursorParam } from '../read/cursor-param.ts';

export const getWorkflow = implement(
  operations.getWorkflow,
  async (ctx, { workflowId, at }, signal) => {
    const record = await findWorkflow(ctx, workflowId);
    const moment = parseCursorParam(at, 'at');
    const cursor = moment === null ? null : parseCursor(moment);
    if (cursor !== null && cursorMismatch(record, cursor) !== null) {
      throw new ApiError(
        'malformed_cursor',
        'This workflow has no such event. Leave out `at`, or send the id of one of its events.',
      );
    }
    const snapshot =
      cursor === null
        ? await ctx.snapshots.get(record, signal)
        : await ctx.snapshots.getPast(record, cursor.seq, signal);
    ctx.answer.take(ctx.snapshots.weigh(snapshot));
    return {
      snapshot,
      watchers: ctx.fanOut.readerCount(record.workflowId),
      createdAt: record.createdAt,
      mayChange: mayChange(ctx.identity, record),
    };
  },
);

export const getRoute = routeOf(getWorkflow);
