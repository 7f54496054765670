import { workflowSnapshotSchema } from '@runtape/events';
import { z } from 'zod';
import type { Check } from '../check.ts';
import { expectSnapshot } from '../expect-snapshot.ts';
import { readAnswer } from '../read-answer.ts';

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
