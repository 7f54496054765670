import { makeToken } from '@runtape/testing';
import { eventOf } from '../subjects/live-server.ts';
import { writeWorkflow } from '../subjects/written-workflow.ts';
import { inFlight } from './in-flight.ts';
import { checkOf, openLog, type StoreKind } from './open-log.ts';
import type { Pace, Place, Publisher } from './publishers.ts';

const MOST_UNDER_WAY = 64;

/** Our log's append, one event at a time, with all its checks. */
export async function append(store: StoreKind, pace: Pace, place: Place): Promise<Publisher> {
  const log = await openLog(store, place);
  return async (count) => {
    const workflow = await writeWorkflow(log);
    const most = pace === 'awaited' ? 1 : MOST_UNDER_WAY;
    await inFlight(count, most, (number) => {
      const { data } = eventOf(number, 'token');
      return workflow.append(makeToken('content' in data ? data.content : ''));
    });
    return checkOf(log, workflow.workflowId, count);
  };
}
