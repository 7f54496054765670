import { type Check, CheckFailure } from '../check.ts';

export const workflow: Check = {
  name: 'workflow',
  title: 'the workflow runs to its end',
  run: async ({ ended }) => {
    const { snapshot, entries } = await ended;
    if (snapshot.status === 'completed') return `${entries.length} events`;
    throw new CheckFailure({
      expected: 'a workflow that completes',
      came: `${snapshot.status}: ${snapshot.error?.message ?? 'no reason given'}`,
      advice:
        'Check the settings of the model and the log of the workers; "runtape follow" shows the workflow.',
    });
  },
};
