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
function said(event: WorkflowEvent): string {
  return event.type === 'token' ? event.data.content : event.type;
}

export async function readSaid(log: EventLog, workflowId: WorkflowId): Promise<readonly string[]> {
  const { entries } = await log.read(workflowId, { after: 0, limit: 10_000 });
  return entries.map(({ event }) => said(event));
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

  /** Appends without waiting for what was appended before. */
  async append(...events: readonly WorkflowEvent[]): Promise<number> {
    const after = this.tail;
    this.tail += events.length;
    const { attempt } = this;
    const { tail } = await this.log.append(this.workflowId, { attempt, after, events });
    return tail;
  }

  say(...texts: readonly string[]): Promise<number> {
    return this.append(...texts.map(token));
  }

  /**
   * What law 3 has a writer do that does not know what became of its appends: ask, and repeat what
   * is missing.
   */
  async sayAgain(texts: readonly string[]): Promise<void> {
    this.tail = (await this.log.get(this.workflowId))?.tail ?? 0;
    const missing = texts.slice(this.tail);
    if (missing.length > 0) await this.say(...missing);
  }
}

/** A watcher that keeps what it hears. */
export class Listener implements Watcher {
  readonly heard: Entry[] = [];
  resyncs = 0;

  entries(entries: readonly Entry[]): void {
    for (const entry of entries) this.heard.push(entry);
  }

  resync(): void {
    this.resyncs += 1;
  }

  get said(): readonly string[] {
    return this.heard.map(({ event }) => said(event));
  }
}
