import type { RuntapeClient, StreamProblem } from '@runtape/client';
import { WorkflowStore } from './workflow-store.ts';

/** How many workflows nobody looks at any more are kept, so that going back to one is instant. */
const IDLE_STORES = 20;

/** The stores of one client, one a workflow. */
export class WorkflowStores {
  readonly #client: RuntapeClient;
  readonly #onProblem: (problem: StreamProblem) => void;
  readonly #stores = new Map<string, WorkflowStore>();
  /** Whom nobody looks at any more, the one left longest ago first; some may be looked at again. */
  readonly #left = new Set<string>();

  constructor(client: RuntapeClient, onProblem: (problem: StreamProblem) => void) {
    this.#client = client;
    this.#onProblem = onProblem;
  }

  /** The store of a workflow, made on first use. Asked while rendering, so it must not forget any other. */
  get(workflowId: string): WorkflowStore {
    const known = this.#stores.get(workflowId);
    if (known !== undefined) return known;
    const store = new WorkflowStore({
      client: this.#client,
      workflowId,
      onIdle: () => this.#rememberLeft(workflowId),
      onProblem: this.#onProblem,
    });
    this.#stores.set(workflowId, store);
    return store;
  }

  #rememberLeft(workflowId: string): void {
    this.#left.delete(workflowId);
    this.#left.add(workflowId);
    for (const oldest of this.#left) {
      if (this.#left.size <= IDLE_STORES) return;
      this.#left.delete(oldest);
      if (this.#stores.get(oldest)?.isUsed === false) this.#stores.delete(oldest);
    }
  }
}
