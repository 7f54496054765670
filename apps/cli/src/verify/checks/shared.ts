import { decodeStreamMessage, eventIdSchema, type StreamEntry } from '@runtape/events';
import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import type { Probe } from '../probe.ts';
import { expectStream, readStream } from '../read-stream.ts';
import { firstWord } from '../wait.ts';

const NOBODY = 'wf_00000000000000000000';
const messageSchema = z.object({
  workflowId: z.string(),
  id: eventIdSchema,
  message: z.looseObject({ type: z.string() }),
});
const refusedSchema = z.object({ workflowId: z.string(), error: z.object({ code: z.string() }) });
const endedSchema = z.object({ workflowId: z.string() });

interface Told {
  readonly entries: StreamEntry[];
  /** `ended` and `refused`, with the workflow they are about. */
  readonly notes: string[];
}

/** One stream for the workflow and for one that there is not. */
export const shared: Check = {
  name: 'shared',
  title: 'many workflows over one stream',
  isLive: true,
  run: async (probe) => {
    const { workflowId } = await probe.started;
    const told: Told = { entries: [], notes: [] };
    const heard = Promise.withResolvers<void>();
    const reading = read(probe, [workflowId, NOBODY], told, heard.resolve);
    await firstWord(probe, Promise.race([heard.promise, reading]));
    probe.heardOfIt();
    await reading;
    compareEntries((await probe.ended).entries, told.entries);
    const notes = [`refused ${NOBODY} unknown_workflow`, `ended ${workflowId}`];
    if (told.notes.toSorted().join() === notes.toSorted().join())
      return `${told.entries.length} messages`;
    throw new CheckFailure({
      expected: notes.join(', '),
      came: told.notes.join(', '),
      advice: 'Is the server of another version than this command?',
    });
  },
};

async function read(
  { ask }: Probe,
  workflowIds: readonly string[],
  told: Told,
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
      told.notes.push(`refused ${workflowId} ${error.code}`);
    } else if (event === 'ended') {
      told.notes.push(`ended ${endedSchema.parse(value).workflowId}`);
    } else {
      const { id, message } = messageSchema.parse(value);
      told.entries.push({ id, message: decodeStreamMessage(message) });
      onFirst();
    }
  }
}
