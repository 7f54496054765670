import type { EventLog, NewWorkflow } from '@runtape/event-log';
import {
  type EventId,
  formatEventId,
  type WorkflowEvent,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';
import { makeEvent, makeToken } from './event-builders.ts';

const LEASE_MS = 3_600_000;
const completed = makeEvent('workflow:completed', {
  durationMs: 1,
  usage: null,
  cost: null,
  result: null,
});
let made = 0;

/** The fields in which a workflow may differ from the default one. */
type Differing = Partial<
  Pick<NewWorkflow, 'workflow' | 'summary' | 'threadId' | 'owner' | 'input'>
>;

/** A workflow whose events are written by a test, at the time the test chooses. */
export class TestLog {
  readonly workflowId: WorkflowId;
  readonly incarnation: string;
  readonly #log: EventLog;
  readonly #attempt: number;
  #tail = 0;

  private constructor(
    log: EventLog,
    {
      workflowId,
      incarnation,
      attempt,
    }: Pick<TestLog, 'workflowId' | 'incarnation'> & { attempt: number },
  ) {
    this.#log = log;
    this.workflowId = workflowId;
    this.incarnation = incarnation;
    this.#attempt = attempt;
  }

  static async create(log: EventLog, differing: Differing = {}): Promise<TestLog> {
    made += 1;
    const workflowId = workflowIdSchema.parse(`wf_${String(made).padStart(16, '0')}`);
    const { record } = await log.create({
      workflowId,
      workflow: 'commentOnIssue',
      input: { target: { kind: 'sample', name: 'doubled' }, post: false },
      summary: { title: 'Tokens arrive twice', target: 'sample:doubled' },
      ...differing,
    });
    const { attempt } = await log.begin(workflowId, { leaseMs: LEASE_MS });
    return new TestLog(log, { workflowId, incarnation: record.incarnation, attempt });
  }

  /** Creates a workflow that has written the texts and has ended. */
  static async ended(log: EventLog, ...texts: readonly string[]): Promise<TestLog> {
    const testLog = await TestLog.create(log);
    await testLog.append(...texts.map((text) => makeToken(text)), completed);
    return testLog;
  }

  /** Like `ended`, but in a thread. */
  static async endedIn(
    log: EventLog,
    threadId: string,
    ...texts: readonly string[]
  ): Promise<TestLog> {
    const testLog = await TestLog.create(log, { threadId });
    await testLog.append(...texts.map((text) => makeToken(text)), completed);
    return testLog;
  }

  get tail(): number {
    return this.#tail;
  }

  idOf(seq: number): EventId {
    return formatEventId({ incarnation: this.incarnation, seq });
  }

  async append(...events: readonly WorkflowEvent[]): Promise<void> {
    const { tail } = await this.#log.append(this.workflowId, {
      attempt: this.#attempt,
      after: this.#tail,
      events,
    });
    this.#tail = tail;
  }

  async status(message: string): Promise<void> {
    await this.append(makeEvent('status', { stage: 'working', message }));
  }

  async complete(): Promise<void> {
    await this.append(completed);
  }
}
