import { isDeepStrictEqual } from 'node:util';
import { isSnapshotMessage, type WorkflowSnapshot, workflowSnapshotSchema } from '@runtape/events';
import { z } from 'zod';
import { advice } from '../advice.ts';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import type { Ended } from '../probe.ts';
import { readPages } from '../read-log.ts';
import { readResponse, shorten } from '../read-response.ts';
import { collect } from '../read-stream.ts';

const schema = z.object({ snapshot: workflowSnapshotSchema });

export const workflow: Check = {
  name: 'workflow',
  title: 'the workflow runs to its end',
  run: async ({ ended }) => {
    const { snapshot, entries } = await ended;
    if (snapshot.status === 'completed') return `${entries.length} events`;
    throw new CheckFailure({
      expected: 'a completed workflow',
      actual: `${snapshot.status}: ${snapshot.error?.message ?? 'no reason given'}`,
      advice: `${advice.model} "runtape follow" shows the workflow.`,
    });
  },
};

/** Checks the pages for clients that cannot stream. */
export const polling: Check = {
  name: 'polling',
  title: 'pages of events as JSON, until the end',
  run: async (probe) => {
    const { workflowId } = await probe.started;
    const { entries, pages } = await readPages(probe, workflowId);
    compareEntries((await probe.ended).entries, entries);
    return `${entries.length} events in ${pages} pages`;
  },
};

export const snapshot: Check = {
  name: 'snapshot',
  title: 'the workflow as JSON',
  run: async ({ request, started, ended }) => {
    const { workflowId } = await started;
    const expected = await ended;
    const response = await request(`/api/workflows/${workflowId}`);
    const actual = await readResponse(response, schema, { what: 'the workflow' });
    return expectSnapshot(actual.snapshot, expected);
  },
};

export const clientSnapshot: Check = {
  name: 'client-snapshot',
  title: 'Runtape’s client: an ended workflow as one snapshot',
  run: async ({ client, started, ended, signal }) => {
    const { workflowId } = await started;
    const expected = await ended;
    const stream = client.follow(workflowId, { replay: 'snapshot', signal });
    const received = await collect(stream);
    const [only, ...more] = received;
    if (only === undefined || more.length > 0 || !isSnapshotMessage(only.message)) {
      throw new CheckFailure({
        expected: 'one workflow:state, since the workflow has ended',
        actual: received.map(({ message }) => message.type).join(', ') || 'nothing',
        advice: advice.version,
      });
    }
    return expectSnapshot(only.message.data.snapshot, expected);
  },
};

/** @throws CheckFailure when a snapshot is not the fold of the events. */
function expectSnapshot(actual: WorkflowSnapshot, { snapshot: expected, entries }: Ended): string {
  const [a, b] = [actual, expected].map((each): unknown => JSON.parse(JSON.stringify(each)));
  if (isDeepStrictEqual(a, b)) return `${actual.status}, the fold of ${entries.length} events`;
  const different = Object.entries(expected).find(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(actual, key)),
  );
  const [key = 'snapshot', value] = different ?? [];
  throw new CheckFailure({
    expected: shorten(`${key}: ${JSON.stringify(value)}`),
    actual: shorten(`${key}: ${JSON.stringify(Reflect.get(actual, key))}`),
    advice: advice.responses,
  });
}
