import type { Entry, EventLog, NewWorkflow, Watcher } from '@runtape/event-log';
import {
  type EventOf,
  type WorkflowEvent,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';

const timestamp = '2026-01-02T03:04:05.678Z';

export function newWorkflow(differing: Partial<NewWorkflow> = {}): NewWorkflow {
  return {
    workflowId: workflowIdSchema.parse(`wf_${crypto.randomUUID().replaceAll('-', '')}`),
    workflow: 'commentOnIssue',
    input: { target: 'sample:one' },
    summary: { title: 'A title', target: 'sample:one' },
    ...differing,
  };
}

export function token(content: string): EventOf<'token'> {
  return { type: 'token', data: { part: 'draft', content, isComplete: false }, timestamp };
}

export function completed(): EventOf<'workflow:completed'> {
  const data = { durationMs: 5, usage: null, cost: null, result: null };
  return { type: 'workflow:completed', data, timestamp };
}

/** The text of a token; the type of anything else. */
function contentOf(event: WorkflowEvent): string {
  return event.type === 'token' ? event.data.content : event.type;
}

export async function readContents(
  log: EventLog,
  workflowId: WorkflowId,
): Promise<readonly string[]> {
  const { entries } = await log.read(workflowId, { after: 0, limit: 10_000 });
  return entries.map(({ event }) => contentOf(event));
}

/** A workflow with an attempt that writes. */
export class Writer {
  readonly log: EventLog;
  readonly workflowId: WorkflowId;
  readonly attempt: number;
  tail = 0;

  constructor(log: EventLog, workflowId: WorkflowId, attempt: number) {
    this.log = log;
    this.workflowId = workflowId;
    this.attempt = attempt;
  }

  static async start(log: EventLog, differing?: Partial<NewWorkflow>): Promise<Writer> {
    const { record } = await log.create(newWorkflow(differing));
    const { attempt } = await log.begin(record.workflowId, { leaseMs: 60_000 });
    return new Writer(log, record.workflowId, attempt);
  }

  /** Appends without waiting for earlier appends. */
  async append(...events: readonly WorkflowEvent[]): Promise<number> {
    const after = this.tail;
    this.tail += events.length;
    const { attempt } = this;
    const { tail } = await this.log.append(this.workflowId, { attempt, after, events });
    return tail;
  }

  appendTokens(...texts: readonly string[]): Promise<number> {
    return this.append(...texts.map(token));
  }

  /** Reads the tail and appends the missing texts, as law 3 requires after an unclear append. */
  async appendMissing(texts: readonly string[]): Promise<void> {
    this.tail = (await this.log.get(this.workflowId))?.tail ?? 0;
    const missing = texts.slice(this.tail);
    if (missing.length > 0) await this.appendTokens(...missing);
  }
}

/** A watcher that keeps what it receives. */
export class Listener implements Watcher {
  readonly received: Entry[] = [];
  resyncs = 0;

  entries(entries: readonly Entry[]): void {
    for (const entry of entries) this.received.push(entry);
  }

  resync(): void {
    this.resyncs += 1;
  }

  get texts(): readonly string[] {
    return this.received.map(({ event }) => contentOf(event));
  }
}
