import {
  type Append,
  type AppendPlan,
  encodeForLog,
  planAppend,
  type SegmentKeeper,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import type { AppendsInOrder } from './append-in-order.ts';
import { summaryFields } from './record.ts';
import type { Store } from './records.ts';
import { accepted } from './reply.ts';
import { APPEND } from './scripts/append.ts';
import type { EndedIndexing } from './index-ended.ts';
import { indexEnded } from './index-ended.ts';

export interface Appending extends Store, EndedIndexing {
  readonly appends: AppendsInOrder;
  readonly segments: SegmentKeeper;
}

const appendedSchema = z.tuple([z.number(), z.string()], z.unknown());
/** When the append closed the log: also the end, and the idempotency key as JSON. */
const closedSchema = z.tuple([z.number(), z.string(), z.number(), z.string().nullable()]);

/** Up to where the command is written, this runs in one go: overlapping appends go out in the order they were made. */
export async function append(
  appending: Appending,
  workflowId: WorkflowId,
  asked: Append,
): Promise<{ tail: number }> {
  const { connection, keys, appends } = appending;
  const plan = planAppend(workflowId, asked);
  const { channel, metadata, history, steps, commands, segments } = keys.of(workflowId);
  const events = asked.events.map(encodeForLog);
  const args: (string | number)[] = [
    channel,
    asked.attempt,
    asked.after,
    asked.incarnation ?? '',
    events.length,
  ];
  for (const { text } of events) args.push(text);
  const more = moreThanEvents(appending, asked, plan);
  args.push(...more);
  const touched =
    more.length === 0 ? [metadata, history] : [metadata, history, steps, commands, segments];
  return await appends.run(workflowId, asked, async () => {
    const reply = await connection.script(APPEND, touched, args);
    const values = accepted(reply, { ...asked, workflowId });
    const [tail, incarnation] = appendedSchema.parse(values);
    const status = plan.status ?? 'running';
    appending.segments.appended({ workflowId, incarnation, after: asked.after, events, status });
    if (plan.closes) {
      const [, , endedAt, key] = closedSchema.parse(values);
      // The log is closed whatever becomes of the index: who looks for work sets it right.
      await indexEnded(appending, { workflowId, endedAt, key }).catch(() => {});
    }
    return { tail };
  });
}

/** What the script is told beside the events; nearly always nothing. */
function moreThanEvents(
  { keepEndedForMs }: Pick<Appending, 'keepEndedForMs'>,
  { step }: Append,
  { status, closes, summary }: AppendPlan,
): readonly (string | number)[] {
  const changes = summaryFields(summary);
  if (status === null && step === undefined && changes.length === 0) return [];
  return [
    status ?? '',
    closes ? '1' : '',
    keepEndedForMs === undefined ? '' : Math.ceil(keepEndedForMs),
    step === undefined ? '' : JSON.stringify(step.step),
    step === undefined ? '' : JSON.stringify(step.result),
    ...changes,
  ];
}
