import {
  checkThreadRange,
  type ThreadPage,
  threadPage,
  type ThreadRange,
} from '../port/threads.ts';
import type { Dependencies } from './memory-store.ts';

export function thread({ store }: Dependencies, threadId: string, range: ThreadRange): ThreadPage {
  checkThreadRange(range);
  const found = store
    .members(threadId)
    .filter(({ position }) => position > range.after)
    .slice(0, range.limit + 1);
  return threadPage(
    found.map(({ record, position }) => ({ record, position })),
    range,
  );
}
