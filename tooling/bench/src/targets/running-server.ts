import { type Remote, startChild } from '../processes/child.ts';
import type { LiveServerName } from './index.ts';
import type { LiveServer, Settings } from './live-server.ts';
import type { ServerFunctions } from './server-process.ts';

/** A server in a separate process. */
export interface RunningServer
  extends
    Pick<LiveServer, 'port' | 'requests'>,
    Pick<Remote<ServerFunctions>, 'publish' | 'usage'> {}

/** Starts a server of a bench. @param cpu the CPU it runs on. */
export async function startServerOf(
  started: AsyncDisposableStack,
  name: LiveServerName,
  settings: Settings,
  cpu: number | undefined,
): Promise<RunningServer> {
  const remote = await startChild<ServerFunctions>(started, 'targets/server-process.ts', {
    name,
    cpu,
  });
  const { publish, usage } = remote;
  return { ...(await remote.start(name, settings)), publish, usage };
}
