import {
  createInProcessQueue,
  createWorker,
  createWorkflowStarter,
  defineWorkflow,
  type WorkflowContext,
} from '@runtape/engine';
import { z } from 'zod';
import { eventOf, type Settings } from '../targets/live-server.ts';
import { inFlight } from './in-flight.ts';
import { checkOf, openLog, type StoreKind } from './open-log.ts';
import type { Pace, Location, Publisher } from './publishers.ts';

const MAX_IN_FLIGHT = 64;

/**
 * Events emitted by a workflow in our engine: checked, stamped, merged while waiting, and written.
 */
export async function emit(
  store: StoreKind,
  events: Settings['events'],
  pace: Pace,
  location: Location,
): Promise<Publisher> {
  const log = await openLog(store, location);
  const queue = createInProcessQueue();
  let run = Promise.withResolvers<WorkflowContext>();
  let end = Promise.withResolvers<void>();
  const definition = defineWorkflow({
    name: 'bench',
    input: z.object({}),
    result: z.null(),
    run: async (context) => {
      run.resolve(context);
      await end.promise;
      return null;
    },
  });
  const worker = createWorker({
    log,
    queue,
    definitions: [definition],
    onError: (error) => console.error(error),
  });
  await worker.start();
  const starter = createWorkflowStarter({ log, queue });
  return async (count) => {
    run = Promise.withResolvers();
    end = Promise.withResolvers();
    const { workflowId } = await starter.start({
      workflow: 'bench',
      input: {},
      summary: { title: 'A bench', target: 'sample:bench' },
    });
    const context = await run.promise;
    const stored = Promise.withResolvers<void>();
    const watching = new AbortController();
    const seen = (entries: readonly { event: { type: string } }[]) => {
      if (entries.some(({ event }) => event.type === 'workflow:completed')) stored.resolve();
    };
    await log.watch(workflowId, { entries: seen, resync: () => {} }, watching.signal);
    await inFlight(count, pace === 'awaited' ? 1 : MAX_IN_FLIGHT, (number) => {
      const { type, data } = eventOf(number, events);
      return context.emit(type, data);
    });
    end.resolve();
    await stored.promise;
    watching.abort();
    return checkOf(log, workflowId, count);
  };
}
