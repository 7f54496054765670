import { type Append, planAppend, type SegmentKeeper } from '@runtape/event-log';
import { encodeStoredEvent, type WorkflowId } from '@runtape/events';
import { z } from 'zod';
import type { AppendsInOrder } from './append-in-order.ts';
import { summaryFields } from './record.ts';
import type { Store } from './records.ts';
import { accepted } from './reply.ts';
import { APPEND } from './scripts/append.ts';
import type { Settling } from './settle.ts';
import { settle } from './settle.ts';

export interface Appending extends Store, Settling {
  readonly appends: AppendsInOrder;
  readonly segments: SegmentKeeper;
}

const appendedSchema = z.tuple([z.number()], z.unknown());
/** When the append closed the log: also the end, and the idempotency key as JSON. */
const closedSchema = z.tuple([z.number(), z.number(), z.string().nullable()]);

/** Up to where the command is written, this runs in one go: overlapping appends go out in the order they were made. */
export async function append(
  appending: Appending,
  workflowId: WorkflowId,
  asked: Append,
): Promise<{ tail: number }> {
  const { connection, keys, appends, keepEndedForMs } = appending;
  const plan = planAppend(workflowId, asked);
  const { channel, metadata, history, steps, commands, segments } = keys.of(workflowId);
  const events = asked.events.map(encodeStoredEvent);
  const args = [
    channel,
    asked.attempt,
    asked.after,
    plan.status ?? '',
    plan.closes ? '1' : '',
    keepEndedForMs === undefined ? '' : Math.ceil(keepEndedForMs),
    asked.step === undefined ? '' : JSON.stringify(asked.step.step),
    asked.step === undefined ? '' : JSON.stringify(asked.step.result),
    events.length,
    asked.incarnation ?? '',
    ...events,
    ...summaryFields(plan.summary),
  ];
  return await appends.run(workflowId, asked, async () => {
    const reply = await connection.script(
      APPEND,
      [metadata, history, steps, commands, segments],
      args,
    );
    const values = accepted(reply, { ...asked, workflowId });
    const [tail] = appendedSchema.parse(values);
    if (plan.closes) {
      const [, endedAt, key] = closedSchema.parse(values);
      // The log is closed whatever becomes of the index: who looks for work sets it right.
      await settle(appending, { workflowId, endedAt, key }).catch(() => {});
    }
    appending.segments.notice({ workflowId, tail, status: plan.status ?? 'running' });
    return { tail };
  });
}
