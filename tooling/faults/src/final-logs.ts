import type { Entry, EventLog } from '@runtape/event-log';
import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import type { FinalLog } from './records.ts';

const LIST_PAGE = 200;
const READ_PAGE = 500;

/** Reads every workflow that a store lists, from its first event to its last. */
export async function readFinalLogs(log: EventLog): Promise<readonly FinalLog[]> {
  const logs: FinalLog[] = [];
  for (let before: string | undefined; ;) {
    const { workflows, next } = await log.list({ limit: LIST_PAGE, before });
    for (const { workflowId } of workflows) {
      logs.push({ workflowId, entries: await readEntries(log, workflowId) });
    }
    if (next === null) return logs;
    before = next;
  }
}

/** Reads those of the given workflows that the store has but does not list. */
export async function readUnlisted(
  log: EventLog,
  listed: readonly FinalLog[],
  started: readonly string[],
): Promise<readonly FinalLog[]> {
  const known = new Set(listed.map(({ workflowId }) => workflowId));
  const logs: FinalLog[] = [];
  for (const id of new Set(started)) {
    const workflowId = workflowIdSchema.parse(id);
    if (known.has(workflowId) || (await log.get(workflowId)) === null) continue;
    logs.push({ workflowId, entries: await readEntries(log, workflowId) });
  }
  return logs;
}

async function readEntries(log: EventLog, workflowId: WorkflowId): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const page = await log.read(workflowId, { after: entries.length, limit: READ_PAGE });
    entries.push(...page.entries);
    if (page.entries.length === 0 || entries.length >= page.record.tail) return entries;
  }
}
