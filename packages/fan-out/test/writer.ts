import type { EventLog } from '@runtape/event-log';
import {
  type EmittedEvent,
  type EventId,
  formatEventId,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';

const TIMESTAMP = '2026-11-02T09:00:00.000Z';
const LEASE_MS = 3_600_000;

export const WORKFLOW_ID = workflowIdSchema.parse('wf_0123456789abcdef');

/**
 * Writes a workflow in which each token contains its own number: the text of entry 7 is `[7]`.
 */
export class Writer {
  readonly workflowId: WorkflowId;
  readonly incarnation: string;
  readonly #log: EventLog;
  readonly #attempt: number;
  #tail: number;

  /**
   * Continues an existing workflow. Default: from its start, under any
   * incarnation.
   */
  constructor(
    log: EventLog,
    {
      workflowId = WORKFLOW_ID,
      incarnation = '',
      attempt = 1,
      tail = 0,
    }: { workflowId?: WorkflowId; incarnation?: string; attempt?: number; tail?: number } = {},
  ) {
    this.#log = log;
    this.workflowId = workflowId;
    this.incarnation = incarnation;
    this.#attempt = attempt;
    this.#tail = tail;
  }

  static async start(log: EventLog, workflowId: WorkflowId = WORKFLOW_ID): Promise<Writer> {
    const { record } = await log.create({
      workflowId,
      workflow: 'commentOnIssue',
      input: null,
      summary: { title: 'Tokens arrive twice', target: 'sample:doubled' },
    });
    const { attempt } = await log.begin(workflowId, { leaseMs: LEASE_MS });
    const { incarnation } = record;
    return new Writer(log, { workflowId, incarnation, attempt });
  }

  get tail(): number {
    return this.#tail;
  }

  idOf(seq: number): EventId {
    return formatEventId({ incarnation: this.incarnation, seq });
  }

  /** Appends tokens, all in one append. */
  async tokens(count = 1): Promise<void> {
    const content = (index: number): string => `[${this.#tail + 1 + index}]`;
    await this.append(
      ...Array.from({ length: count }, (_, index): EmittedEvent => ({
        type: 'token',
        data: { part: 'draft', content: content(index), isComplete: false },
      })),
    );
  }

  async status(message = 'Working.'): Promise<void> {
    await this.append({ type: 'status', data: { stage: 'working', message } });
  }

  async end(): Promise<void> {
    await this.append({
      type: 'workflow:completed',
      data: { durationMs: 1, usage: null, cost: null, result: null },
    });
  }

  async append(...events: readonly EmittedEvent[]): Promise<void> {
    const envelope = { timestamp: TIMESTAMP, metadata: { attempt: this.#attempt } };
    const { tail } = await this.#log.append(this.workflowId, {
      attempt: this.#attempt,
      after: this.#tail,
      events: events.map((event) => Object.assign(event, envelope)),
    });
    this.#tail = tail;
  }
}
