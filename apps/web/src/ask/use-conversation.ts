import type { WorkflowListItem } from '@runtape/client';
import {
  type AskRepositoryInput,
  askRepositoryInputSchema,
  hasEnded,
  type WorkflowSnapshot,
} from '@runtape/events';
import { useThread } from '@runtape/react';
import { useRef, useState } from 'react';
import { trpc } from '../connect.ts';
import { randomId } from '../random-id.ts';
import { type Asked, historyOf, isOpen, type Progress, type Turn, workflowIdOf } from './turn.ts';

const MAX_LISTED = 200;
const ASK = 'askRepository';

/**
 * A thread as a conversation: its questions and their live answers, whichever tab asked them.
 * @param isNew nothing has been asked yet, so there is nothing to follow.
 */
export function useConversation(threadId: string, isNew: boolean) {
  const thread = useThread(threadId, { enabled: !isNew });
  // A workflow that waits for a worker has no events, and is in no stream.
  const listed = trpc.workflow.list.useQuery(
    { threadId, limit: MAX_LISTED },
    { enabled: !isNew && thread.error === null },
  );
  const cancel = trpc.cancelWorkflow.useMutation();
  /** The key of a question that was stopped before the server answered its start. */
  const [stopped, setStopped] = useState<string | null>(null);
  const stoppedNow = useRef<string | null>(null);
  const start = trpc.startQuestion.useMutation({
    onSuccess: ({ workflowId }, { idempotencyKey }) => {
      void listed.refetch();
      if (idempotencyKey === stoppedNow.current) cancel.mutate({ workflowId });
    },
  });
  const stopWhatIsSent = (): void => {
    const { idempotencyKey = null } = start.variables ?? {};
    stoppedNow.current = idempotencyKey;
    setStopped(idempotencyKey);
  };

  const items = new Map<string, WorkflowListItem>(
    listed.data?.workflows.map((item) => [item.workflowId, item]),
  );
  const begun = thread.workflows.filter(
    ({ workflowId, workflow }) => (workflow || items.get(workflowId)?.workflow) === ASK,
  );
  const waiting = waitingOf(items, thread.workflows);
  const ids = [...begun, ...waiting].map(({ workflowId }) => workflowId);
  const questions = useQuestions(ids);
  const sent = start.variables?.threadId === threadId ? start.variables : undefined;
  const sentAs = sent && start.data?.workflowId;
  const turnOf = (workflowId: string, title: string, progress: Progress): Turn => {
    const asked = questions.get(workflowId) ?? (workflowId === sentAs ? sent : undefined);
    const { question = title, target = null } = asked ?? {};
    return { key: workflowId, question, target, progress };
  };
  const turns = [
    ...begun.map((workflow) =>
      turnOf(workflow.workflowId, workflow.title, { kind: 'begun', workflow }),
    ),
    ...waiting.map(({ workflowId, title }) =>
      turnOf(workflowId, title, { kind: 'waiting', workflowId }),
    ),
  ];
  if (sent !== undefined && !ids.some((workflowId) => workflowId === sentAs)) {
    const { question, target = null, idempotencyKey = '' } = sent;
    turns.push({ key: sentAs ?? idempotencyKey, question, target, progress: progressOf(start) });
  }
  const open = turns.findLast(isOpen);
  const openId = open === undefined ? null : workflowIdOf(open);

  return {
    turns,
    others: thread.workflows.filter(({ workflow }) => workflow !== '' && workflow !== ASK),
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
     * Asks with the earlier answers as history. A retry after a lost answer starts nothing twice.
     */
    ask: ({ question, target }: Asked, before: readonly Turn[] = turns) =>
      start.mutate({
        question,
        target,
        history: historyOf(before),
        threadId,
        idempotencyKey: randomId(),
      }),
    sendAgain: () => start.variables && start.mutate(start.variables),
    isRunning: open !== undefined,
    stop:
      openId !== null
        ? () => cancel.mutate({ workflowId: openId })
        : start.isPending
          ? stopWhatIsSent
          : null,
    isStopping:
      cancel.isPending ||
      (cancel.isSuccess && cancel.variables?.workflowId === openId) ||
      (start.isPending && stopped === start.variables.idempotencyKey),
    stopError: cancel.error?.message ?? null,
  };
}

export type Conversation = ReturnType<typeof useConversation>;

function waitingOf(
  items: ReadonlyMap<string, WorkflowListItem>,
  begun: readonly WorkflowSnapshot[],
): readonly WorkflowListItem[] {
  const known = new Set(begun.map(({ workflowId }) => workflowId));
  return [...items.values()]
    .filter(
      ({ workflowId, workflow, status }) =>
        workflow === ASK && !hasEnded(status) && !known.has(workflowId),
    )
    .toReversed();
}

function progressOf(start: {
  readonly data: { readonly workflowId: string } | undefined;
  readonly error: { readonly message: string } | null;
}): Progress {
  if (start.data !== undefined) return { kind: 'waiting', workflowId: start.data.workflowId };
  if (start.error !== null) return { kind: 'refused', message: start.error.message };
  return { kind: 'sending' };
}

/** The whole questions of workflows and their targets, as far as they are loaded. */
function useQuestions(workflowIds: readonly string[]): ReadonlyMap<string, AskRepositoryInput> {
  const queries = trpc.useQueries((t) =>
    workflowIds.map((workflowId) =>
      t.workflow.input({ workflowId }, { staleTime: Number.POSITIVE_INFINITY }),
    ),
  );
  const questions = new Map<string, AskRepositoryInput>();
  for (const [index, { data }] of queries.entries()) {
    const asked = askRepositoryInputSchema.safeParse(data?.input);
    const workflowId = workflowIds[index];
    if (asked.success && workflowId !== undefined) questions.set(workflowId, asked.data);
  }
  return questions;
}
