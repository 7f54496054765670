import { LRUCache } from 'lru-cache';
import { firstShape, type RequestShape } from './request-shape.ts';

/** Far above the number of models that one endpoint is used for. */
const MAX_MODELS = 200;

export interface ModelQuirks {
  /** How a request has to look. */
  readonly shape: RequestShape;
  /** Its thoughts begin without a tag: what it writes first may be one. */
  readonly thinksUnannounced: boolean;
  /** What it reads at once, in tokens, as the endpoint said; `null` while it has not. */
  readonly contextTokens: number | null;
}

/**
 * What was learned about the models of one endpoint, so that later requests have the right shape.
 * Share one among all clients of an endpoint. Lives as long as the process.
 */
export class EndpointMemory {
  readonly #models = new LRUCache<string, ModelQuirks>({ max: MAX_MODELS });

  /** @param first whether requests have a limit of the answer's length. */
  of(model: string, { sendsOutputLimit }: { sendsOutputLimit: boolean }): ModelQuirks {
    return (
      this.#models.get(model) ?? {
        shape: firstShape(sendsOutputLimit),
        thinksUnannounced: false,
        contextTokens: null,
      }
    );
  }

  keep(model: string, habits: ModelQuirks): void {
    this.#models.set(model, habits);
  }
}
