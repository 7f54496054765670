import { LRUCache } from 'lru-cache';
import { firstShape, type RequestShape } from './request-shape.ts';

/** Far above the number of models used at one endpoint. */
const MAX_MODELS = 200;

export interface ModelQuirks {
  /** The request shape that the endpoint accepts. */
  readonly shape: RequestShape;
  /** Its thoughts may begin without a tag, so its first text may be a thought. */
  readonly thinksUnannounced: boolean;
  /** The context size that the endpoint reported, in tokens; `null` if unknown. */
  readonly contextTokens: number | null;
}

/**
 * Remembers quirks of the models of one endpoint, so that later requests have the right shape.
 * Share one instance among all clients of an endpoint. Lives as long as the process.
 */
export class EndpointMemory {
  readonly #models = new LRUCache<string, ModelQuirks>({ max: MAX_MODELS });

  /** @param first whether requests limit the length of the answer. */
  get(model: string, { sendsOutputLimit }: { sendsOutputLimit: boolean }): ModelQuirks {
    return (
      this.#models.get(model) ?? {
        shape: firstShape(sendsOutputLimit),
        thinksUnannounced: false,
        contextTokens: null,
      }
    );
  }

  set(model: string, quirks: ModelQuirks): void {
    this.#models.set(model, quirks);
  }
}
