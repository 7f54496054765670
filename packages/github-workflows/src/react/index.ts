'use client';

import { RuntapeClientError } from '@runtape/client';
import { type Failure, hasEnded, type StatusLine, type WorkflowSnapshot } from '@runtape/events';
import { useRuntapeClient, useWorkflowStream, type WorkflowStream } from '@runtape/react';
import { textOf } from '@runtape/workflow-state';
import { useMemo, useRef, useState } from 'react';
import {
  type AskRepositoryResult,
  askRepositoryResultSchema,
  type StartQuestion,
} from '../contract/ask-repository-contract.ts';

/** The part that has the answer. */
const ANSWER = 'answer';
/** The workflow id while there is no workflow. */
const NO_WORKFLOW = '';

export interface StreamingChatOptions {
  /** Called once with the result of each answer that finishes while the component is mounted. */
  readonly onResult?: ((result: AskRepositoryResult) => void) | undefined;
  readonly onError?: ((error: ChatError) => void) | undefined;
}

/** Why there is no answer, or only a partial one. */
export interface ChatError {
  readonly code: string;
  readonly message: string;
}

export interface StreamingChat {
  /**
   * Asks a question. An earlier one that is still running continues, but is not followed any more.
   * @returns the workflow's id, or `null` if it failed to start; `error` has the reason.
   */
  readonly startStream: (
    query: string,
    options?: Omit<StartQuestion, 'question'>,
  ) => Promise<string | null>;
  /**
   * Cancels the question, even while it is being started and has no workflow yet. The partial
   * answer stays.
   */
  readonly stopStream: () => Promise<void>;
  /** The latest status line, e.g. searching for passages; `null` before the first one. */
  readonly status: StatusLine | null;
  /** The text of the answer so far, as Markdown. */
  readonly text: string;
  /** The finished answer with its sources; `null` while there is none. */
  readonly result: AskRepositoryResult | null;
  readonly error: ChatError | null;
  /** Whether a question was asked and its answer is not finished. */
  readonly isStreaming: boolean;
  /** Whether the question was cancelled. */
  readonly isStopped: boolean;
  /** The workflow of the current question; `null` before the first question. */
  readonly workflowId: string | null;
  /** The workflow's stream, with its connection. */
  readonly stream: WorkflowStream;
}

/** A question that was asked. */
interface Turn {
  /** `null` until the server has returned the workflow's id. */
  workflowId: string | null;
  /** Whether it was stopped before the id was known. */
  isStopped: boolean;
}

/**
 * Asks questions about a repository and follows each answer as it is written. Unmounting does not
 * stop the workflow, which can be found again by its id.
 */
export function useStreamingChat({ onResult, onError }: StreamingChatOptions = {}): StreamingChat {
  const client = useRuntapeClient();
  const [workflowId, setWorkflowId] = useState<string | null>(null);
  const [isStarting, setIsStarting] = useState(false);
  const [refused, setRefused] = useState<ChatError | null>(null);
  const newest = useRef<Turn | null>(null);
  const stream = useWorkflowStream(workflowId ?? NO_WORKFLOW, {
    enabled: workflowId !== null,
    onCompleted: (workflow) => {
      const result = resultOf(workflow);
      if (result !== null) onResult?.(result);
    },
    onFailed: ({ error }) => {
      if (error !== null) onError?.(error);
    },
    onError,
  });
  const { workflow } = stream;
  const result = useMemo(() => resultOf(workflow), [workflow]);

  const cancel = async (turn: Turn, id: string): Promise<void> => {
    try {
      await client.cancelWorkflow(id);
    } catch (thrown) {
      if (turn === newest.current) setRefused(RuntapeClientError.from(thrown));
    }
  };
  const startStream: StreamingChat['startStream'] = async (question, options = {}) => {
    const turn: Turn = { workflowId: null, isStopped: false };
    newest.current = turn;
    setRefused(null);
    setIsStarting(true);
    try {
      const { threadId, idempotencyKey, ...input } = options;
      const started = await client.start(
        'askRepository',
        { ...input, question },
        { threadId, idempotencyKey },
      );
      turn.workflowId = started.workflowId;
      if (turn === newest.current) setWorkflowId(started.workflowId);
      // Cancel even if the component is unmounted by now: the user stopped the question before
      // that.
      if (turn.isStopped) await cancel(turn, started.workflowId);
      return started.workflowId;
    } catch (thrown) {
      const error = RuntapeClientError.from(thrown);
      if (turn === newest.current) setRefused(error);
      onError?.(error);
      return null;
    } finally {
      if (turn === newest.current) setIsStarting(false);
    }
  };
  const stopStream = async (): Promise<void> => {
    const turn = newest.current;
    if (turn === null) return;
    const id = turn.workflowId;
    // The id is not known yet; `startStream` cancels the workflow as soon as it is.
    if (id === null) turn.isStopped = true;
    else if (workflow.workflowId !== id || !hasEnded(workflow.status)) await cancel(turn, id);
  };
  const isOpen = workflowId !== null && !hasEnded(workflow.status) && stream.error === null;
  return {
    startStream,
    stopStream,
    status: workflow.statuses.at(-1) ?? null,
    text: textOf(workflow, ANSWER),
    result,
    error: refused ?? failureOf(workflow) ?? stream.error,
    isStreaming: isStarting || isOpen,
    isStopped: workflow.status === 'cancelled',
    workflowId,
    stream,
  };
}

function resultOf({ status, result }: WorkflowSnapshot): AskRepositoryResult | null {
  if (status !== 'completed') return null;
  const parsed = askRepositoryResultSchema.safeParse(result);
  return parsed.success ? parsed.data : null;
}

function failureOf({ error }: WorkflowSnapshot): Failure | null {
  return error;
}
