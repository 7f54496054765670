import { isSnapshotMessage } from '@runtape/events';
import { type Check, CheckFailure } from '../check.ts';
import { expectSnapshot } from '../expect-snapshot.ts';

export const clientSnapshot: Check = {
  name: 'client-snapshot',
  title: 'our client: the past as one snapshot',
  run: async ({ client, started, ended, signal }) => {
    const { workflowId } = await started;
    const past = await ended;
    const told = [];
    for await (const entry of client.follow(workflowId, { replay: 'snapshot', signal })) {
      told.push(entry);
    }
    const [only, ...more] = told;
    if (only === undefined || more.length > 0 || !isSnapshotMessage(only.message)) {
      throw new CheckFailure({
        expected: 'one workflow:state, since the workflow has ended',
        came: told.map(({ message }) => message.type).join(', ') || 'nothing',
        advice: 'Is the server of another version than this command?',
      });
    }
    return expectSnapshot(only.message.data.snapshot, past);
  },
};
