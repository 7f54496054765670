import { ApiError } from '../errors/api-error.ts';

/** In characters: several times the largest usual response, and written within tens of ms. */
export const MAX_ANSWER_CHARS = 8_000_000;

/** Limits the response to all calls of one request; the largest snapshot always fits. */
export class AnswerBudget {
  #remaining: number;

  /** @param chars default: 8 million. */
  constructor(chars: number = MAX_ANSWER_CHARS) {
    this.#remaining = chars;
  }

  /** @throws ApiError `answer_too_large`. */
  take(chars: number): void {
    if (chars > this.#remaining) {
      throw new ApiError(
        'answer_too_large',
        'One request asks for more than fits into an answer. Ask for each workflow with a request of its own.',
      );
    }
    this.#remaining -= chars;
  }
}
