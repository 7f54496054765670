import { decodeStreamMessage, eventIdSchema, type StreamEntry } from '@runtape/events';
import { z } from 'zod';
import { advice } from '../advice.ts';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { readLive } from '../read-live.ts';
import { jsonRequest } from '../read-response.ts';
import { openStream, readData } from '../read-stream.ts';

const UNKNOWN = 'wf_00000000000000000000';
const messageSchema = z.object({
  workflowId: z.string(),
  id: eventIdSchema,
  message: z.looseObject({ type: z.string() }),
});
const refusedSchema = z.object({ workflowId: z.string(), error: z.object({ code: z.string() }) });
const endedSchema = z.object({ workflowId: z.string() });

/** Checks one stream for the workflow and for another one that does not exist. */
export const shared: Check = {
  name: 'shared',
  title: 'many workflows over one stream',
  isLive: true,
  run: async (probe) => {
    const { workflowId } = await probe.started;
    const streams = [{ workflowId }, { workflowId: UNKNOWN }];
    const received: StreamEntry[] = [];
    /** The `ended` and `refused` frames. */
    const ends: string[] = [];
    await readLive(probe, async (onMessage) => {
      const init = jsonRequest({ streams }, { Accept: 'text/event-stream' });
      for await (const { event, data } of readData(await openStream(probe, '/api/events', init))) {
        const value: unknown = JSON.parse(data);
        if (event === 'refused') {
          const refused = refusedSchema.parse(value);
          ends.push(`refused ${refused.workflowId} ${refused.error.code}`);
        } else if (event === 'ended') {
          ends.push(`ended ${endedSchema.parse(value).workflowId}`);
        } else {
          const { id, message } = messageSchema.parse(value);
          received.push({ id, message: decodeStreamMessage(message) });
          onMessage();
        }
      }
    });
    compareEntries((await probe.ended).entries, received);
    const expected = [`ended ${workflowId}`, `refused ${UNKNOWN} unknown_workflow`].join(', ');
    const actual = ends.toSorted().join(', ');
    if (actual === expected) return `${received.length} messages`;
    throw new CheckFailure({ expected, actual, advice: advice.version });
  },
};
