import { checkLimit, type Expiry } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { RemovalTable } from './removal-table.ts';
import type { Store } from './store.ts';

/** How many workflows one transaction takes away: a few ms. */
const BATCH = 50;

/**
 * Removes workflows that ended before a time, in short transactions between which everybody else
 * goes on. What another process had begun to remove when it died is cleared away first.
 */
export async function expire(
  store: Store,
  removals: RemovalTable,
  { endedBefore, limit, only }: Expiry,
): Promise<readonly WorkflowId[]> {
  checkLimit(limit);
  const gone: WorkflowId[] = [];
  const take = async (some: () => readonly WorkflowId[]): Promise<boolean> => {
    const taken = await store.write(some);
    gone.push(...taken);
    while (await store.write(() => removals.clear()));
    return taken.length > 0;
  };
  await take(() => []);
  if (only === undefined) {
    while (
      gone.length < limit &&
      (await take(() => removals.take(endedBefore, Math.min(BATCH, limit - gone.length))))
    );
    return gone;
  }
  for (const workflowId of only) {
    if (gone.length === limit) break;
    await take(() => removals.takeOne(workflowId, endedBefore));
  }
  return gone;
}
