import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { Listener, Writer } from './workflows.ts';

/**
 * A program that uses a log, waits on request until Redis is gone, and closes the log. It ends only
 * when no handle is left.
 */
const [url, when] = process.argv.slice(2);
const log = await openRedisEventLog({ url });
const writer = await Writer.start(log);
const { signal } = new AbortController();
await log.watch(writer.workflowId, new Listener(), signal);
await writer.appendTokens('a');
process.stdout.write('in use\n');
let mayClose = when !== 'once Redis is gone';
while (!mayClose) {
  mayClose = await log.get(writer.workflowId).then(
    () => false,
    () => true,
  );
  await wait(10);
}
await log.close();
process.stdout.write('closed\n');
// Shows handles that keep the process alive, without its pipes. Closed sockets disappear after a
// few turns.
let left: readonly string[] = [];
for (let turns = 0; turns < 100; turns += 1) {
  await turn();
  left = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|GetAddrInfo/.test(name));
  if (left.length === 0) break;
}
process.stdout.write(left.length === 0 ? 'nothing left\n' : `left: ${left.join()}\n`);
