import { setTimeout as wait } from 'node:timers/promises';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { Listener, Writer } from './workflows.ts';

/** A program that uses a log, waits until Redis is gone when it is told so, and closes it. It ends only when nothing is left. */
const [url, when] = process.argv.slice(2);
const log = await openRedisEventLog({ url });
const writer = await Writer.start(log);
const { signal } = new AbortController();
await log.watch(writer.workflowId, new Listener(), signal);
await writer.say('a');
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
