import { ApiError } from '../errors/api-error.ts';
import { MAX_SNAPSHOT_CHARS } from '../read/snapshots/fold-log.ts';

/** What the calls of one request may have in its answer together: as much as the largest snapshot, so that one always fits. */
export class AnswerBudget {
  #left: number;

  /** @param chars default: 8 million. */
  constructor(chars: number = MAX_SNAPSHOT_CHARS) {
    this.#left = chars;
  }

  /** @throws ApiError `answer_too_large`. */
  take(chars: number): void {
    if (chars > this.#left) {
      throw new ApiError(
        'answer_too_large',
        'One request asks for more than fits into an answer. Ask for each workflow with a request of its own.',
      );
    }
    this.#left -= chars;
  }
}
