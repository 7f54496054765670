import { makeToken } from '@runtape/testing';
import { eventOf } from '../targets/live-server.ts';
import { writeWorkflow } from '../targets/write-workflow.ts';
import { inFlight } from './in-flight.ts';
import { checkOf, openLog, type StoreKind } from './open-log.ts';
import type { Pace, Location, Publisher } from './publishers.ts';

const MAX_IN_FLIGHT = 64;

/** Our log's append, one event at a time, with all its checks. */
export async function append(store: StoreKind, pace: Pace, location: Location): Promise<Publisher> {
  const log = await openLog(store, location);
  return async (count) => {
    const workflow = await writeWorkflow(log);
    const max = pace === 'awaited' ? 1 : MAX_IN_FLIGHT;
    await inFlight(count, max, (number) => {
      const { data } = eventOf(number, 'token');
      return workflow.append(makeToken('content' in data ? data.content : ''));
    });
    return checkOf(log, workflow.workflowId, count);
  };
}
