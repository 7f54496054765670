import type { WorkflowId } from '@runtape/events';
import type { StreamChunk } from '../read/stream-workflow.ts';
import type { EncodedBatch } from '../broadcast/broadcast-group.ts';
import type { ReaderEnd, ReaderOutput } from '../broadcast/workflow-reader.ts';

/** The interface of a thread for the readers of its workflows. */
interface WrittenThread {
  write(workflowId: WorkflowId, chunk: StreamChunk): void;
  ended(workflowId: WorkflowId): void;
  failed(workflowId: WorkflowId, thrown: unknown): void;
}

/** The output of the reader of one workflow; it forwards to the thread. */
export class ThreadMemberOutput implements ReaderOutput, ReaderEnd {
  readonly #thread: WrittenThread;
  readonly #workflowId: WorkflowId;
  readonly #output: Pick<ReaderOutput, 'isWritable' | 'isClosed'>;

  constructor(
    thread: WrittenThread,
    workflowId: WorkflowId,
    output: Pick<ReaderOutput, 'isWritable' | 'isClosed'>,
  ) {
    this.#thread = thread;
    this.#workflowId = workflowId;
    this.#output = output;
  }

  get isWritable(): boolean {
    return this.#output.isWritable;
  }

  get isClosed(): boolean {
    return this.#output.isClosed;
  }

  writeChunk(chunk: StreamChunk): void {
    this.#thread.write(this.#workflowId, chunk);
  }

  writeBatch({ entries }: EncodedBatch): null {
    this.#thread.write(this.#workflowId, { kind: 'entries', entries });
    return null;
  }

  complete(): void {
    this.#thread.ended(this.#workflowId);
  }

  fail(error: unknown): void {
    this.#thread.failed(this.#workflowId, error);
  }
}
