import { type Usage, usageSchema } from '@runtape/events';

/** What a chunk of a model's stream says. */
export interface ReadChunk {
  readonly text?: string;
  /** Set by a last chunk: whether the text is whole, and the model's own word for why it ended. */
  readonly end?: { readonly kind: EndKind; readonly reason: string };
  readonly usage?: Usage;
  /** The error that the stream reports in place of throwing it. */
  readonly error?: unknown;
}

type EndKind = 'whole' | 'cut_off' | 'refused' | 'unknown';

/** The words of models for an end. Any other word is not known to be a good one. */
const ENDS: Readonly<Record<string, EndKind>> = {
  stop: 'whole',
  completed: 'whole',
  tool_calls: 'whole',
  'tool-calls': 'whole',
  function_call: 'whole',
  length: 'cut_off',
  max_output_tokens: 'cut_off',
  content_filter: 'refused',
  'content-filter': 'refused',
  refusal: 'refused',
};

/**
 * Reads a chunk of a model's stream: of OpenAI's chat completions or Responses, or of the AI SDK.
 * @returns `null` for what is not such a chunk. Chunks that say nothing about text are empty.
 */
export function readChunk(chunk: unknown): ReadChunk | null {
  if (!isObject(chunk)) return null;
  if (Array.isArray(get(chunk, 'choices'))) return readChatChunk(chunk);
  const type = get(chunk, 'type');
  return typeof type === 'string' ? readTypedChunk(chunk, type) : null;
}

function readChatChunk(chunk: object): ReadChunk {
  const choice = get(get(chunk, 'choices'), '0');
  const delta = get(choice, 'delta');
  const text = get(delta, 'content');
  const reason = get(choice, 'finish_reason');
  const refusal = get(delta, 'refusal');
  const isRefused = typeof refusal === 'string' && refusal !== '';
  return {
    ...readUsage(get(chunk, 'usage')),
    ...(typeof text === 'string' && { text }),
    ...(typeof reason === 'string' && { end: endOf(reason) }),
    ...(isRefused && { end: endOf('refusal') }),
    ...(isObject(get(chunk, 'error')) && { error: get(chunk, 'error') }),
  };
}

function readTypedChunk(chunk: object, type: string): ReadChunk {
  switch (type) {
    case 'text-delta': {
      // Older versions of the AI SDK have other names for it.
      const text = get(chunk, 'text') ?? get(chunk, 'textDelta') ?? get(chunk, 'delta');
      return typeof text === 'string' ? { text } : {};
    }
    case 'finish': {
      const reason = get(chunk, 'finishReason');
      const usage = readUsage(get(chunk, 'totalUsage') ?? get(chunk, 'usage'));
      return { ...usage, end: endOf(typeof reason === 'string' ? reason : 'unknown') };
    }
    case 'abort':
      return { error: chunk };
    case 'error':
      return { error: get(chunk, 'error') ?? chunk };
    case 'response.output_text.delta': {
      const text = get(chunk, 'delta');
      return typeof text === 'string' ? { text } : {};
    }
    case 'response.refusal.delta':
      return { end: endOf('refusal') };
    case 'response.completed':
      return { ...readUsage(get(get(chunk, 'response'), 'usage')), end: endOf('completed') };
    case 'response.incomplete': {
      const response = get(chunk, 'response');
      const reason = get(get(response, 'incomplete_details'), 'reason');
      const end = endOf(typeof reason === 'string' ? reason : 'unknown');
      return { ...readUsage(get(response, 'usage')), end };
    }
    case 'response.failed':
      return { error: get(get(chunk, 'response'), 'error') ?? chunk };
    default:
      return {};
  }
}

function endOf(reason: string): NonNullable<ReadChunk['end']> {
  return { kind: Object.hasOwn(ENDS, reason) ? (ENDS[reason] ?? 'unknown') : 'unknown', reason };
}

/** The names of the numbers differ; all count input and output. */
function readUsage(given: unknown): Pick<ReadChunk, 'usage'> {
  const inputTokens =
    get(given, 'inputTokens') ??
    get(given, 'input_tokens') ??
    get(given, 'prompt_tokens') ??
    get(given, 'promptTokens');
  const outputTokens =
    get(given, 'outputTokens') ??
    get(given, 'output_tokens') ??
    get(given, 'completion_tokens') ??
    get(given, 'completionTokens');
  if (typeof inputTokens !== 'number' || typeof outputTokens !== 'number') return {};
  const total = get(given, 'totalTokens') ?? get(given, 'total_tokens');
  const totalTokens = typeof total === 'number' ? total : inputTokens + outputTokens;
  const usage = usageSchema.safeParse({ inputTokens, outputTokens, totalTokens });
  return usage.success ? { usage: usage.data } : {};
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function get(value: unknown, key: string): unknown {
  return isObject(value) ? Reflect.get(value, key) : undefined;
}
