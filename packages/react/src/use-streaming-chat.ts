import { RuntapeClientError } from '@runtape/client';
import {
  type AskRepositoryResult,
  askRepositoryResultSchema,
  type Failure,
  hasEnded,
  type StartQuestion,
  type StatusLine,
  type WorkflowSnapshot,
} from '@runtape/events';
import { answerText } from '@runtape/workflow-state';
import { useMemo, useRef, useState } from 'react';
import { useRuntapeClient } from './runtape-provider.tsx';
import { useWorkflowStream, type WorkflowStream } from './use-workflow-stream.ts';

/** Names no workflow: what is followed while there is none. */
const NO_WORKFLOW = '';

export interface StreamingChatOptions {
  /** Called once with the result of every answer that was finished while the hook was there. */
  readonly onResult?: ((result: AskRepositoryResult) => void) | undefined;
  readonly onError?: ((error: ChatError) => void) | undefined;
}

/** Why there is no answer, or only a part of one. */
export interface ChatError {
  readonly code: string;
  readonly message: string;
}

export interface StreamingChat {
  /**
   * Asks a question; one that still runs goes on, unwatched.
   * @returns its workflow, or `null` when it could not be started; `error` says why then.
   */
  readonly startStream: (
    query: string,
    options?: Omit<StartQuestion, 'question'>,
  ) => Promise<string | null>;
  /**
   * Cancels the question, also while it is on its way to the server and has no workflow yet. What
   * was answered so far stays.
   */
  readonly stopStream: () => Promise<void>;
  /** What is done now, e.g. looking for passages; `null` before the first word of it. */
  readonly status: StatusLine | null;
  /** The answer as far as it is written, as Markdown. */
  readonly text: string;
  /** The finished answer with its sources; `null` while there is none. */
  readonly result: AskRepositoryResult | null;
  readonly error: ChatError | null;
  /** A question was asked, and its answer is not finished. */
  readonly isStreaming: boolean;
  /** Somebody stopped it. */
  readonly isStopped: boolean;
  /** `null` before the first question. */
  readonly workflowId: string | null;
  /** The stream below, with its connection. */
  readonly stream: WorkflowStream;
}

/** A question, from asking it on. */
interface Turn {
  /** `null` until the server has said which workflow answers it. */
  workflowId: string | null;
  /** Somebody stopped it before that. */
  isStopped: boolean;
}

/**
 * Asks questions about a repository and follows each answer as it is written. Leaving does not stop
 * it: the workflow goes on, and its id finds it again.
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
  const startStream: StreamingChat['startStream'] = async (question, options) => {
    const turn: Turn = { workflowId: null, isStopped: false };
    newest.current = turn;
    setRefused(null);
    setIsStarting(true);
    try {
      const started = await client.startQuestion({ ...options, question });
      turn.workflowId = started.workflowId;
      if (turn === newest.current) setWorkflowId(started.workflowId);
      // Also when the component is gone by now: to leave stops nothing, but somebody had stopped
      // it.
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
    // Nobody knows its name yet; it is stopped as soon as somebody does.
    if (id === null) turn.isStopped = true;
    else if (workflow.workflowId !== id || !hasEnded(workflow.status)) await cancel(turn, id);
  };
  const isOpen = workflowId !== null && !hasEnded(workflow.status) && stream.error === null;
  return {
    startStream,
    stopStream,
    status: workflow.statuses.at(-1) ?? null,
    text: answerText(workflow),
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
