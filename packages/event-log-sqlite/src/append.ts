import type { StatementSync } from 'node:sqlite';
import {
  type Append,
  type AppendPlan,
  checkAppend,
  type EncodedEvent,
  encodeForLog,
  planAppend,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { BootClock } from './database/boot-clock.ts';
import type { Store } from './database/store.ts';
import type { Dependencies } from './sqlite-event-log.ts';
import { encodeEntries, type EntryRows } from './tables/entry-table.ts';
import type { WriterRow } from './tables/workflow-table.ts';

/** The maximum number of workflows whose rows are remembered. */
const MAX_KNOWN = 2_000;

/** The last known position of a workflow. Only a hint, checked with every append. */
interface Known {
  readonly row: number;
  readonly incarnation: string;
}

/**
 * The fast path for appends of one event that leave the record unchanged, as nearly all do: a
 * single statement, which is its own transaction, checks what `checkAppend` checks and stores the
 * event. It stores nothing if any check fails.
 */
export class SingleAppend {
  readonly #store: Store;
  readonly #boot: string;
  readonly #insert: StatementSync;
  readonly #known = new Map<WorkflowId, Known>();

  constructor(store: Store, clock: BootClock) {
    this.#store = store;
    this.#boot = clock.boot;
    // If the state of the writer is outdated there is no workflow to insert for, and a taken seq is
    // ignored.
    this.#insert = store.prepare(`
      INSERT OR IGNORE INTO entries (workflow, seq, event) VALUES (
        (SELECT workflow FROM workflows
          WHERE workflow = ?1 AND workflow_id = ?2 AND incarnation = ?3 AND attempt = ?4 AND life = ?5 AND ended_at IS NULL
            AND ?6 = coalesce((SELECT max(seq) FROM entries WHERE workflow = ?1), 0)),
        ?6 + 1, ?7)`);
  }

  remember(workflowId: WorkflowId, { row, incarnation }: WriterRow): void {
    this.#known.delete(workflowId);
    this.#known.set(workflowId, { row, incarnation });
    if (this.#known.size <= MAX_KNOWN) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }

  /**
   * Stores the only event of an append if all checks pass.
   * @param text the event as JSON.
   * @returns the incarnation under which it was stored, or `null` if it was not: the append then
   *   needs the full checks.
   */
  run(
    workflowId: WorkflowId,
    { attempt, incarnation, after }: Append,
    text: string,
  ): string | null {
    const known = this.#known.get(workflowId);
    if (known === undefined || attempt < 1) return null;
    if (incarnation !== undefined && incarnation !== known.incarnation) return null;
    const { row } = known;
    const changes = this.#store.runNow(
      () =>
        this.#insert.run(row, workflowId, known.incarnation, attempt, this.#boot, after, text)
          .changes,
    );
    return changes === 1 ? known.incarnation : null;
  }
}

/** The stored part of an append. */
interface Appended {
  readonly incarnation: string;
  readonly rows: EntryRows;
  readonly events: readonly EncodedEvent[];
  readonly plan: AppendPlan;
}

export async function append(
  dependencies: Dependencies,
  workflowId: WorkflowId,
  request: Append,
): Promise<{ tail: number }> {
  const { store, single, workflows, steps, entries, now } = dependencies;
  const plan = planAppend(workflowId, request);
  const [only] = request.events;
  if (only !== undefined && request.events.length === 1 && isPlain(request, plan)) {
    const event = encodeForLog(only);
    const incarnation = single.run(workflowId, request, event.text);
    if (incarnation !== null) {
      const rows = [{ incarnation, seq: request.after + 1, event: event.text }];
      return appended(dependencies, workflowId, request, {
        incarnation,
        rows,
        events: [event],
        plan,
      });
    }
  }
  let events: readonly EncodedEvent[] = [];
  const encode = async () => {
    events = await encodeEntries(request.events);
  };
  const stored = await store.writePrepared(encode, () => {
    const writer = workflows.writer(workflowId);
    checkAppend(writer, request);
    if (request.step !== undefined) steps.keep(writer.row, request.step);
    if (plan.status !== null || Object.keys(plan.summary).length > 0) {
      const { summary } = workflows.record(workflowId);
      workflows.setStatus(writer.row, {
        status: plan.status ?? writer.status,
        summary: { ...summary, ...plan.summary },
        leaseUntil: plan.closes ? null : writer.leaseUntil,
        endedAt: plan.closes ? now() : null,
      });
    }
    return { writer, rows: entries.append(writer, events) };
  });
  const { writer, rows } = stored;
  single.remember(workflowId, writer);
  const { incarnation } = writer;
  return appended(dependencies, workflowId, request, { incarnation, rows, events, plan });
}

function appended(
  { watch, segmentWriter }: Dependencies,
  workflowId: WorkflowId,
  { after }: Append,
  { incarnation, rows, events, plan }: Appended,
): { tail: number } {
  watch.appended(workflowId, rows);
  const status = plan.status ?? 'running';
  segmentWriter.appended({ workflowId, incarnation, after, events, status });
  return { tail: after + events.length };
}

/** Whether an append changes nothing but the entries of the log. */
function isPlain({ step }: Append, { status, summary }: AppendPlan): boolean {
  return step === undefined && status === null && Object.keys(summary).length === 0;
}
