/** Default for unknown models: the most common context size. */
const DEFAULT_TOKENS = 128_000;
/** Prefixes of model names, without the provider before a slash. The first match counts. */
const KNOWN: readonly (readonly [name: string, tokens: number])[] = [
  ['gpt-4.1', 1_047_576],
  ['gpt-4o', 128_000],
  ['gpt-4-turbo', 128_000],
  ['gpt-4-32k', 32_768],
  ['gpt-4', 8_192],
  ['gpt-3.5', 16_385],
  ['gpt-5', 272_000],
  ['o1', 200_000],
  ['o3', 200_000],
  ['o4', 200_000],
  ['claude', 200_000],
  ['gemini', 1_000_000],
  ['deepseek', 64_000],
  ['mistral-large', 128_000],
  ['codestral', 256_000],
];
/** The maximum number of tokens reserved for the answer and its thoughts. */
const MAX_FOR_ANSWER = 16_384;
/** The tokens of tool descriptions and of the framing of messages. */
const OVERHEAD_TOKENS = 1_500;
const OVERHEAD_SHARE = 0.1;
/** Code has about three characters per token; other scripts may need one token per character. */
const ASCII_PER_TOKEN = 3;

/** The context size of a model, in tokens. */
export function contextTokensOf(model: string): number {
  const name = model.toLowerCase().split('/').at(-1) ?? '';
  return KNOWN.find(([begin]) => name.startsWith(begin))?.[1] ?? DEFAULT_TOKENS;
}

/** The number of message tokens that fit into a context, next to the answer. */
export function roomFor(contextTokens: number): number {
  const overhead = Math.min(OVERHEAD_TOKENS, contextTokens * OVERHEAD_SHARE);
  return Math.floor(contextTokens - Math.min(contextTokens / 4, MAX_FOR_ANSWER) - overhead);
}

/** Estimates too high rather than too low: endpoints do not reveal how they count. */
export function estimateTokens(text: string): number {
  return Math.ceil(measure(text, Infinity).tokens);
}

/** The beginning of a text, up to roughly this many tokens. */
export function cutToTokens(text: string, maxTokens: number): string {
  return text.slice(0, measure(text, maxTokens).chars).toWellFormed();
}

function measure(text: string, maxTokens: number): { tokens: number; chars: number } {
  let tokens = 0;
  for (let at = 0; at < text.length; at += 1) {
    const next = tokens + (text.charCodeAt(at) < 0x80 ? 1 / ASCII_PER_TOKEN : 1);
    if (next > maxTokens) return { tokens, chars: at };
    tokens = next;
  }
  return { tokens, chars: text.length };
}
