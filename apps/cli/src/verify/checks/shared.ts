import { decodeStreamMessage, eventIdSchema, type StreamEntry } from '@runtape/events';
import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import type { Probe } from '../probe.ts';
import { expectStream, readStream } from '../read-stream.ts';
import { firstMessage } from '../wait.ts';

const NOBODY = 'wf_00000000000000000000';
const messageSchema = z.object({
  workflowId: z.string(),
  id: eventIdSchema,
  message: z.looseObject({ type: z.string() }),
});
const refusedSchema = z.object({ workflowId: z.string(), error: z.object({ code: z.string() }) });
const endedSchema = z.object({ workflowId: z.string() });

interface Received {
  readonly entries: StreamEntry[];
  /** The `ended` and `refused` frames, with their workflow. */
  readonly notes: string[];
}

/** Checks one stream for the workflow and for another one that does not exist. */
export const shared: Check = {
  name: 'shared',
  title: 'many workflows over one stream',
  isLive: true,
  run: async (probe) => {
    const { workflowId } = await probe.started;
    const received: Received = { entries: [], notes: [] };
    const first = Promise.withResolvers<void>();
    const reading = read(probe, [workflowId, NOBODY], received, first.resolve);
    await firstMessage(probe, Promise.race([first.promise, reading]));
    probe.markSeen();
    await reading;
    compareEntries((await probe.ended).entries, received.entries);
    const notes = [`refused ${NOBODY} unknown_workflow`, `ended ${workflowId}`];
    if (received.notes.toSorted().join() === notes.toSorted().join())
      return `${received.entries.length} messages`;
    throw new CheckFailure({
      expected: notes.join(', '),
      came: received.notes.join(', '),
      advice: 'Check that the server has the version of this command.',
    });
  },
};

async function read(
  { ask }: Probe,
  workflowIds: readonly string[],
  received: Received,
  onFirst: () => void,
): Promise<void> {
  const streams = workflowIds.map((workflowId) => ({ workflowId }));
  const response = await ask('/api/events', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify({ streams }),
  });
  await expectStream(response);
  for await (const { event, data } of readStream(response)) {
    if (data === undefined) continue;
    const value: unknown = JSON.parse(data);
    if (event === 'refused') {
      const { workflowId, error } = refusedSchema.parse(value);
      received.notes.push(`refused ${workflowId} ${error.code}`);
    } else if (event === 'ended') {
      received.notes.push(`ended ${endedSchema.parse(value).workflowId}`);
    } else {
      const { id, message } = messageSchema.parse(value);
      received.entries.push({ id, message: decodeStreamMessage(message) });
      onFirst();
    }
  }
}
