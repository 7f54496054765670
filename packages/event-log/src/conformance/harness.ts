import type { WorkflowEvent, WorkflowId } from '@runtape/events';
import type { Append } from '../port/append.ts';
import type { Entry, ReadRange, WorkflowRecord } from '../port/read.ts';
import type { EventLog } from '../port/event-log.ts';
import type { NewWorkflow } from '../port/create.ts';
import { completed, contentOf, newWorkflow, token } from './example-events.ts';

const LONG = 60_000;

/** An attempt at a workflow, and the position of its writer in the log. */
export class Run {
  readonly log: EventLog;
  readonly workflowId: WorkflowId;
  readonly incarnation: string;
  readonly attempt: number;
  tail: number;

  private constructor(log: EventLog, { workflowId, incarnation, attempt, tail }: WorkflowRecord) {
    this.log = log;
    this.workflowId = workflowId;
    this.incarnation = incarnation;
    this.attempt = attempt;
    this.tail = tail;
  }

  /** Creates a workflow and begins its first attempt. */
  static async start(log: EventLog, differing?: Partial<NewWorkflow>): Promise<Run> {
    const { record } = await log.create(newWorkflow(differing));
    return Run.begin(log, record.workflowId);
  }

  static async begin(log: EventLog, workflowId: WorkflowId, leaseMs = LONG): Promise<Run> {
    const { record } = await log.begin(workflowId, { leaseMs });
    return new Run(log, record);
  }

  /** Releases the attempt and begins the next, as another worker would after a crash. */
  async overtake(log = this.log): Promise<Run> {
    await this.log.release(this.workflowId, { attempt: this.attempt });
    return Run.begin(log, this.workflowId);
  }

  /** Appends events at the writer's position, without waiting for earlier appends. */
  async append(events: readonly WorkflowEvent[], more: Partial<Append> = {}): Promise<number> {
    const after = this.tail;
    this.tail += events.length;
    const { attempt } = this;
    const { tail } = await this.log.append(this.workflowId, { attempt, after, events, ...more });
    return tail;
  }

  /** Appends one token for each text, all in one append. */
  async appendTokens(...texts: readonly string[]): Promise<number> {
    return this.append(texts.map(token));
  }

  async end(event: WorkflowEvent = completed()): Promise<number> {
    return this.append([event]);
  }
}

export async function readAll(
  log: EventLog,
  workflowId: WorkflowId,
  { after = 0, limit = 1000, ...more }: Partial<ReadRange> = {},
): Promise<readonly Entry[]> {
  const { entries, record } = await log.read(workflowId, { after, limit, ...more });
  const last = entries.at(-1);
  if (last === undefined || last.seq >= record.tail) return entries;
  return [...entries, ...(await readAll(log, workflowId, { after: last.seq, limit, ...more }))];
}

/** The content of a log: the texts of its tokens and the types of its other events. */
export async function readContents(
  log: EventLog,
  workflowId: WorkflowId,
): Promise<readonly string[]> {
  return (await readAll(log, workflowId)).map(({ event }) => contentOf(event));
}

export async function recordOf(log: EventLog, workflowId: WorkflowId): Promise<WorkflowRecord> {
  const record = await log.get(workflowId);
  if (record === null) throw new Error(`${workflowId} is gone`);
  return record;
}
