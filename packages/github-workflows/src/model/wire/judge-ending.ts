/** Known finish reasons in lower case, and their senders. For others the answer itself decides. */
const KNOWN: ReadonlyMap<string, 'whole' | 'cut' | 'filtered' | 'broken'> = new Map([
  ['stop', 'whole'],
  ['tool_calls', 'whole'],
  ['function_call', 'whole'], // OpenAI, before there were tool calls
  ['end_turn', 'whole'], // Anthropic and gateways to it, as the next two
  ['tool_use', 'whole'],
  ['stop_sequence', 'whole'],
  ['eos', 'whole'], // Together
  ['eos_token', 'whole'], // Text Generation Inference
  ['complete', 'whole'], // Cohere
  ['length', 'cut'],
  ['max_tokens', 'cut'], // Anthropic, Gemini
  ['max_output_tokens', 'cut'],
  ['model_length', 'cut'], // Mistral
  ['model_context_window_exceeded', 'cut'], // Anthropic
  ['content_filter', 'filtered'],
  ['safety', 'filtered'], // Gemini, as the next four
  ['recitation', 'filtered'],
  ['blocklist', 'filtered'],
  ['prohibited_content', 'filtered'],
  ['spii', 'filtered'],
  ['sensitive', 'filtered'], // Zhipu
  ['refusal', 'filtered'], // Anthropic
  ['guardrail_intervened', 'filtered'], // Bedrock
  ['error', 'broken'], // OpenRouter, Mistral
  ['abort', 'broken'], // vLLM, SGLang
  ['aborted', 'broken'],
  ['cancelled', 'broken'],
  ['canceled', 'broken'],
  ['timeout', 'broken'],
  ['network_error', 'broken'], // Zhipu
  ['insufficient_system_resource', 'broken'], // DeepSeek
]);

/** A complete sentence, code or markup ends with one of these; a colon or comma does not. */
const ENDS = new Set('.!?…。！？)]}>»”’"\'`*_~|」』）');
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

export interface UnjudgedAnswer {
  /** As sent; empty when there was none. */
  readonly finishReason: string;
  /** The stream ended with `[DONE]`, or was one JSON document. */
  readonly isDone: boolean;
  /** The text without thoughts. */
  readonly text: string;
  /** Whether there are tool calls, and whether the arguments of all are readable. */
  readonly calls: 'none' | 'whole' | 'partial';
}

/**
 * How an answer ended:
 * - `whole`: complete;
 * - `cut`: incomplete, and shown as such everywhere;
 * - `filtered`: the endpoint took something back;
 * - `broken`: unusable; worth another attempt.
 *
 * A missing or unknown reason counts as good only when the stream was closed in order and the
 * answer looks complete.
 */
export type Ending = 'whole' | 'cut' | 'filtered' | 'broken';

export function judgeEnding(answer: UnjudgedAnswer): Ending {
  const known = KNOWN.get(answer.finishReason.trim().toLowerCase());
  if (known !== undefined && known !== 'broken') return known;
  if (!answer.isDone || !looksComplete(answer)) return 'broken';
  return known === 'broken' ? 'cut' : 'whole';
}

/** Whether a finish reason means that the answer is over. */
export function isKnownEnd(finishReason: string): boolean {
  const known = KNOWN.get(finishReason.trim().toLowerCase());
  return known !== undefined && known !== 'broken';
}

function looksComplete({ text, calls }: UnjudgedAnswer): boolean {
  if (calls !== 'none') return calls === 'whole';
  const written = text.trimEnd();
  const last = /.$/su.exec(written.slice(-2))?.[0];
  if (last === undefined) return false;
  const isEnd = ENDS.has(last) || /\p{Extended_Pictographic}/u.test(last);
  return isEnd && !isInsideCode(written);
}

/** Whether a text stops within a code block, or within a code span of its last line. */
function isInsideCode(text: string): boolean {
  let open: string | null = null;
  let line = '';
  for (let from = 0; from <= text.length; from += line.length + 1) {
    const to = text.indexOf('\n', from);
    line = text.slice(from, to === -1 ? text.length : to);
    const fence = FENCE.exec(line.slice(0, 200))?.[1];
    if (fence === undefined) continue;
    if (open === null) open = fence;
    else if (fence.startsWith(open)) open = null;
  }
  if (open !== null) return true;
  if (FENCE.test(line.slice(0, 200))) return false;
  return line.split('`').length % 2 === 0;
}
