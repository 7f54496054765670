import {
  type AskRepositoryInput,
  askRepositoryInputSchema,
} from '@runtape/github-workflows/contract';
import type { WorkflowListItem } from '@runtape/client';
import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { useThread } from '@runtape/react';
import { useRef, useState } from 'react';
import { trpc } from '../connect.ts';
import { randomId } from '../random-id.ts';
import {
  type Question,
  isOpen,
  type Progress,
  toHistory,
  type Turn,
  turnWorkflowId,
} from './turn.ts';

const MAX_LISTED = 200;
const WORKFLOW = 'askRepository';

/**
 * A thread as a conversation: its questions and their live answers, including those of other tabs.
 * @param isNew whether no question has been sent yet, so that there is nothing to follow.
 */
export function useConversation(threadId: string, isNew: boolean) {
  const thread = useThread(threadId, { enabled: !isNew });
  // A queued workflow has no events yet, so it is not in the stream.
  const listed = trpc.workflow.list.useQuery(
    { threadId, limit: MAX_LISTED },
    { enabled: !isNew && thread.error === null },
  );
  const cancel = trpc.cancelWorkflow.useMutation();
  /** The key of a question that was stopped before the server confirmed its start. */
  const [stopped, setStopped] = useState<string | null>(null);
  const stoppedKey = useRef<string | null>(null);
  const start = trpc.startQuestion.useMutation({
    onSuccess: ({ workflowId }, { idempotencyKey }) => {
      void listed.refetch();
      if (idempotencyKey === stoppedKey.current) cancel.mutate({ workflowId });
    },
  });
  const stopSending = (): void => {
    const { idempotencyKey = null } = start.variables ?? {};
    stoppedKey.current = idempotencyKey;
    setStopped(idempotencyKey);
  };

  const items = new Map<string, WorkflowListItem>(
    listed.data?.workflows.map((item) => [item.workflowId, item]),
  );
  const started = thread.workflows.filter(
    ({ workflowId, workflow }) => (workflow || items.get(workflowId)?.workflow) === WORKFLOW,
  );
  const queued = queuedWorkflows(items, thread.workflows);
  const ids = [...started, ...queued].map(({ workflowId }) => workflowId);
  const questions = useQuestions(ids);
  const sent = start.variables?.threadId === threadId ? start.variables : undefined;
  const sentId = sent && start.data?.workflowId;
  const toTurn = (workflowId: string, title: string, progress: Progress): Turn => {
    const input = questions.get(workflowId) ?? (workflowId === sentId ? sent : undefined);
    const { question = title, target = null } = input ?? {};
    return { key: workflowId, question, target, progress };
  };
  const turns = [
    ...started.map((workflow) =>
      toTurn(workflow.workflowId, workflow.title, { kind: 'started', workflow }),
    ),
    ...queued.map(({ workflowId, title }) =>
      toTurn(workflowId, title, { kind: 'waiting', workflowId }),
    ),
  ];
  if (sent !== undefined && !ids.some((workflowId) => workflowId === sentId)) {
    const { question, target = null, idempotencyKey = '' } = sent;
    turns.push({ key: sentId ?? idempotencyKey, question, target, progress: toProgress(start) });
  }
  const open = turns.findLast(isOpen);
  const openId = open === undefined ? null : turnWorkflowId(open);

  return {
    turns,
    others: thread.workflows.filter(({ workflow }) => workflow !== '' && workflow !== WORKFLOW),
    connection: thread.connection,
    error: thread.error,
    reset: thread.reset,
    dismissReset: thread.dismissReset,
    reconnect: thread.reconnect,
    isLoading:
      !isNew &&
      thread.error === null &&
      turns.length === 0 &&
      (listed.isPending || thread.connection.state === 'connecting' || items.size > 0),
    /**
     * Asks a question, with the earlier answers as history. The idempotency key prevents a retry
     * after a lost response from starting a second workflow.
     */
    ask: ({ question, target }: Question, before: readonly Turn[] = turns) =>
      start.mutate({
        question,
        target,
        history: toHistory(before),
        threadId,
        idempotencyKey: randomId(),
      }),
    sendAgain: () => start.variables && start.mutate(start.variables),
    isRunning: open !== undefined,
    stop:
      openId !== null
        ? () => cancel.mutate({ workflowId: openId })
        : start.isPending
          ? stopSending
          : null,
    isStopping:
      cancel.isPending ||
      (cancel.isSuccess && cancel.variables?.workflowId === openId) ||
      (start.isPending && stopped === start.variables.idempotencyKey),
    stopError: cancel.error?.message ?? null,
  };
}

export type Conversation = ReturnType<typeof useConversation>;

function queuedWorkflows(
  items: ReadonlyMap<string, WorkflowListItem>,
  started: readonly WorkflowSnapshot[],
): readonly WorkflowListItem[] {
  const known = new Set(started.map(({ workflowId }) => workflowId));
  return [...items.values()]
    .filter(
      ({ workflowId, workflow, status }) =>
        workflow === WORKFLOW && !hasEnded(status) && !known.has(workflowId),
    )
    .toReversed();
}

function toProgress(start: {
  readonly data: { readonly workflowId: string } | undefined;
  readonly error: { readonly message: string } | null;
}): Progress {
  if (start.data !== undefined) return { kind: 'waiting', workflowId: start.data.workflowId };
  if (start.error !== null) return { kind: 'refused', message: start.error.message };
  return { kind: 'sending' };
}

/** The full questions of workflows and their targets, as far as they are loaded. */
function useQuestions(workflowIds: readonly string[]): ReadonlyMap<string, AskRepositoryInput> {
  const queries = trpc.useQueries((t) =>
    workflowIds.map((workflowId) =>
      t.workflow.input({ workflowId }, { staleTime: Number.POSITIVE_INFINITY }),
    ),
  );
  const questions = new Map<string, AskRepositoryInput>();
  for (const [index, { data }] of queries.entries()) {
    const input = askRepositoryInputSchema.safeParse(data?.input);
    const workflowId = workflowIds[index];
    if (input.success && workflowId !== undefined) questions.set(workflowId, input.data);
  }
  return questions;
}
