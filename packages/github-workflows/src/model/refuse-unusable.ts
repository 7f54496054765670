import { fatal } from '../failures.ts';
import { badResponse } from './model-failure.ts';
import type { RoundAnswer } from './stream-round.ts';

const REFUSAL =
  'The model refused to write about this issue. Nothing was posted. Try another model.';

export interface Usability {
  readonly callsTools: boolean;
  /** The text of earlier rounds. */
  readonly draft: string;
  /** The message for users if the model refuses. Default: about an issue. */
  readonly refusal?: string | undefined;
}

/**
 * Refuses an unusable answer.
 * @throws FatalError `model_refused`, or `model_bad_response` if a retry would not help;
 *    RetryableError `model_bad_response`.
 */
export function refuseUnusable(
  answer: RoundAnswer,
  { callsTools, draft, refusal = REFUSAL }: Usability,
): void {
  if (answer.isRefused) throw fatal('model_refused', refusal);
  if (callsTools || `${draft}${answer.text}`.trim() !== '') return;
  if (answer.toolCalls.length > 0 || answer.hasUnreadableCall) {
    throw badResponse('was a tool call, where nothing could be called');
  }
  if (answer.isCut) {
    const by = answer.hasThoughts ? ', by its thoughts' : '';
    throw fatal(
      'model_bad_response',
      `The limit of the answer's length was used up before its first word${by}. Raise the limit at the endpoint (MODEL_MAX_OUTPUT_TOKENS), or use another model.`,
    );
  }
  throw badResponse(answer.hasThoughts ? 'was empty but for its thoughts' : 'was empty');
}
