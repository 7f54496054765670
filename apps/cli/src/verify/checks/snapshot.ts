import { isDeepStrictEqual } from 'node:util';
import { isSnapshotMessage, type WorkflowSnapshot, workflowSnapshotSchema } from '@runtape/events';
import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import type { Ended } from '../probe.ts';
import { readAnswer, shorten } from '../read-answer.ts';

const schema = z.object({ snapshot: workflowSnapshotSchema });

export const snapshot: Check = {
  name: 'snapshot',
  title: 'the workflow as JSON',
  run: async ({ ask, started, ended }) => {
    const { workflowId } = await started;
    const past = await ended;
    const answer = await ask(`/api/workflows/${workflowId}`);
    const came = await readAnswer(answer, schema, { what: 'the workflow' });
    return expectSnapshot(came.snapshot, past);
  },
};

export const clientSnapshot: Check = {
  name: 'client-snapshot',
  title: 'our client: the past as one snapshot',
  run: async ({ client, started, ended, signal }) => {
    const { workflowId } = await started;
    const past = await ended;
    const received = [];
    for await (const entry of client.follow(workflowId, { replay: 'snapshot', signal })) {
      received.push(entry);
    }
    const [only, ...more] = received;
    if (only === undefined || more.length > 0 || !isSnapshotMessage(only.message)) {
      throw new CheckFailure({
        expected: 'one workflow:state, since the workflow has ended',
        came: received.map(({ message }) => message.type).join(', ') || 'nothing',
        advice: 'Check that the server has the version of this command.',
      });
    }
    return expectSnapshot(only.message.data.snapshot, past);
  },
};

/** @throws CheckFailure when a snapshot is not the fold of the events. */
function expectSnapshot(came: WorkflowSnapshot, { snapshot: expected, entries }: Ended): string {
  const [a, b] = [came, expected].map((each): unknown => JSON.parse(JSON.stringify(each)));
  if (isDeepStrictEqual(a, b)) return `${came.status}, the fold of ${entries.length} events`;
  const different = Object.entries(expected).find(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(came, key)),
  );
  const [key = 'snapshot', value] = different ?? [];
  throw new CheckFailure({
    expected: shorten(`${key}: ${JSON.stringify(value)}`),
    came: shorten(`${key}: ${JSON.stringify(Reflect.get(came, key))}`),
    advice: 'Check whether something between here and the server caches answers.',
  });
}
