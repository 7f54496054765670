import type {
  askRepositoryInputSchema,
  CommentOnIssueInput,
  IssueTarget,
  PostCommentInput,
  reviewIssueInputSchema,
} from '../src/contract/index.ts';
import { join } from 'node:path';
import {
  demoModelName,
  type DemoModel,
  type FailureScript,
  startDemoModel,
} from '@runtape/worker/demo-model';
import {
  createInProcessQueue,
  createWorker,
  createWorkflowStarter,
  type WorkflowStarter,
} from '@runtape/engine';
import type { EventLog } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { isTerminal, type WorkflowEvent, type WorkflowId, workflowIdSchema } from '@runtape/events';
import { type FakeGitHub, type FakeGitHubOptions, startFakeGitHub } from '@runtape/testing';
import { z } from 'zod';
import {
  type AskRepositoryOptions,
  createAskRepository,
  createCommentOnIssue,
  createPostComment,
  createReviewIssue,
  samples,
} from '../src/index.ts';
import { type ScratchFolder, scratchFolder } from './scratch-folder.ts';

export interface HarnessOptions {
  readonly tokensPerSecond?: number;
  readonly failures?: FailureScript;
  readonly github?: FakeGitHubOptions;
  /** Default: the valid one of the fake; `null` for none. */
  readonly token?: string | null;
  readonly changes?: Partial<AskRepositoryOptions>;
}

/**
 * The workflows with real dependencies, except for GitHub and the model, which are servers on
 * loopback.
 */
export interface Harness extends AsyncDisposable {
  readonly log: EventLog;
  readonly github: FakeGitHub;
  readonly model: DemoModel;
  readonly scratch: ScratchFolder;
  readonly starter: WorkflowStarter;
  start(target: IssueTarget, options?: { post?: boolean }): Promise<WorkflowId>;
  /** The events until a condition holds. */
  until(
    workflowId: WorkflowId,
    holds: (events: readonly WorkflowEvent[]) => boolean,
  ): Promise<WorkflowEvent[]>;
  /** All events, once the workflow has ended. */
  ended(workflowId: WorkflowId): Promise<WorkflowEvent[]>;
  run(target: IssueTarget, options?: { post?: boolean }): Promise<WorkflowEvent[]>;
  startReview(target: IssueTarget, options?: ReviewOptions): Promise<WorkflowId>;
  review(target: IssueTarget, options?: ReviewOptions): Promise<WorkflowEvent[]>;
  /** Starts postComment. */
  post(comment: Pick<PostCommentInput, 'target' | 'body'>): Promise<WorkflowId>;
  /** Starts askRepository. */
  ask(question: AskedQuestion): Promise<WorkflowId>;
}

export type AskedQuestion = z.input<typeof askRepositoryInputSchema>;
export type ReviewOptions = Omit<z.input<typeof reviewIssueInputSchema>, 'target'>;

export async function openHarness(options: HarnessOptions = {}): Promise<Harness> {
  const scratch = await scratchFolder();
  const github = await startFakeGitHub(options.github);
  const model = await startDemoModel({
    tokensPerSecond: options.tokensPerSecond ?? Infinity,
    failures: options.failures ?? [],
  });
  const token = options.token === undefined ? github.token : options.token;
  const parts: AskRepositoryOptions = {
    openai: { apiKey: 'any', baseURL: model.url, model: demoModelName },
    github: { apiUrl: github.url, ...(token !== null && { token }) },
    samples,
    repositoryRoot: join(import.meta.dirname, '../../..'),
    cacheDir: join(scratch.path, 'cache'),
    allowLocal: true,
    ...options.changes,
  };
  const definitions = [
    createCommentOnIssue(parts),
    createReviewIssue(parts),
    createAskRepository(parts),
    createPostComment(parts),
  ];
  const log = createMemoryEventLog({});
  const queue = createInProcessQueue();
  const worker = createWorker({ log, queue, definitions, random: () => 0, retryBaseMs: 1_000 });
  let started = 0;
  const starter = createWorkflowStarter({
    log,
    queue,
    newWorkflowId: () => workflowIdSchema.parse(`wf_${String((started += 1)).padStart(16, '0')}`),
  });
  await worker.start();

  const harness: Harness = {
    log,
    github,
    model,
    scratch,
    starter,
    async start(target, { post = false } = {}) {
      const input: CommentOnIssueInput = { target, post };
      const summary = { title: 'A test', target: target.kind };
      const { workflowId } = await starter.start({ workflow: 'commentOnIssue', input, summary });
      return workflowId;
    },
    async startReview(target, how = {}) {
      const input = z.json().parse(JSON.parse(JSON.stringify({ target, ...how })));
      const summary = { title: 'A test', target: target.kind };
      const { workflowId } = await starter.start({ workflow: 'reviewIssue', input, summary });
      return workflowId;
    },
    async post(comment) {
      const draftedBy = workflowIdSchema.parse('wf_00000000000drafter');
      const summary = { title: 'A test', target: 'github' };
      const input = { ...comment, draftedBy };
      const { workflowId } = await starter.start({ workflow: 'postComment', input, summary });
      return workflowId;
    },
    async ask(question) {
      const input = z.json().parse(JSON.parse(JSON.stringify(question)));
      const summary = { title: question.question, target: question.target?.kind ?? 'sample' };
      const { workflowId } = await starter.start({ workflow: 'askRepository', input, summary });
      return workflowId;
    },
    async until(workflowId, holds) {
      const done = new AbortController();
      const { promise, resolve, reject } = Promise.withResolvers<WorkflowEvent[]>();
      const seen: WorkflowEvent[] = [];
      const read = async (): Promise<void> => {
        const { entries } = await log.read(workflowId, { after: seen.length, limit: 100_000 });
        seen.push(...entries.filter(({ seq }) => seq > seen.length).map(({ event }) => event));
        if (holds(seen)) resolve(seen);
      };
      const wake = (): void => void read().catch(reject);
      await log.watch(workflowId, { entries: wake, resync: wake }, done.signal);
      wake();
      try {
        return await promise;
      } finally {
        done.abort();
      }
    },
    ended: (workflowId) =>
      harness.until(workflowId, (events) => events.some((event) => isTerminal(event))),
    run: async (target, how) => harness.ended(await harness.start(target, how)),
    review: async (target, how) => harness.ended(await harness.startReview(target, how)),
    async [Symbol.asyncDispose]() {
      await worker.stop({ graceMs: 0 });
      await queue.close();
      await log.close();
      await github.close();
      await model.close();
      await scratch[Symbol.asyncDispose]();
    },
  };
  return harness;
}
