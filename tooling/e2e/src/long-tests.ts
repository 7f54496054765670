/**
 * The longest test files, half a minute or more each on two idle cores, in the order of their
 * duration: they are started first. `server.e2e.test.ts` and `live-workflow.e2e.test.ts` take as
 * long, but are not listed: every run must show that the programs and the page work.
 */
export const longTests: readonly string[] = [
  'tooling/faults/test/runs.faults.test.ts',
  'tooling/build/test/packages.e2e.test.ts',
  'apps/cli/test/cli.e2e.test.ts',
  'tooling/freeze/test/freeze.e2e.test.ts',
  'apps/server/test/churn.e2e.test.ts',
  'tooling/bench/test/bench.e2e.test.ts',
  'apps/web/test/many-tabs.e2e.test.ts',
  'apps/server/test/memory.e2e.test.ts',
  'apps/web/test/long-workflow.e2e.test.ts',
  'apps/cli/test/verify.e2e.test.ts',
  'apps/cli/test/archive.e2e.test.ts',
  'apps/web/test/ask.e2e.test.ts',
  'apps/server/test/sub-path.e2e.test.ts',
  'apps/web/test/accounts.e2e.test.ts',
  'apps/web/test/tape.e2e.test.ts',
  'apps/web/test/workflow-states.e2e.test.ts',
  'apps/web/test/home.e2e.test.ts',
  'tooling/docs/test/site.e2e.test.ts',
  'apps/web/test/statistics.e2e.test.ts',
  'apps/cli/test/closed-streams.e2e.test.ts',
  'apps/server/test/nginx.e2e.test.ts',
  'packages/client/test/stream-contract.e2e.test.ts',
  'apps/web/test/long-lists.e2e.test.ts',
  'packages/engine/test/bullmq-queue.redis.test.ts',
  'apps/server/test/sentinel-failover.e2e.test.ts',
  'packages/event-log-redis/test/sentinel.redis.test.ts',
];

/**
 * The long tests that a run leaves out. CI runs all of them. Otherwise one runs when the command
 * line names its file, its folder or its kind.
 *
 * @param args the filters and options of the command.
 */
export function longTestsToSkip(args: readonly string[], isCi: boolean): readonly string[] {
  const isNamed = (file: string) => args.some((arg) => arg !== '' && file.includes(arg));
  return isCi ? [] : longTests.filter((file) => !isNamed(file));
}
