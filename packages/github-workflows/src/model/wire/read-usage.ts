import type { Usage } from '@runtape/events';

/** Larger counts are errors. */
const MAX_TOKENS = 1e12;
const CHARS_PER_TOKEN = 4;

/** The usage that an endpoint has reported so far; every field may be missing. */
export interface PartialUsage {
  readonly input: number | null;
  readonly output: number | null;
  readonly total: number | null;
}

export const NO_USAGE: PartialUsage = { input: null, output: null, total: null };

/**
 * Adds a chunk's usage report. Endpoints repeat growing counts, or end with zeros, so the largest
 * value counts. Invalid counts are ignored.
 */
export function addUsageReport(before: PartialUsage, raw: unknown): PartialUsage {
  if (typeof raw !== 'object' || raw === null) return before;
  const reported = new Map<string, unknown>(Object.entries(raw));
  const larger = (known: number | null, ...names: readonly string[]): number | null => {
    const counts = names.map((name) => readCount(reported.get(name))).filter((one) => one !== null);
    const all = known === null ? counts : [known, ...counts];
    return all.length === 0 ? null : Math.max(...all);
  };
  return {
    input: larger(before.input, 'prompt_tokens', 'input_tokens'),
    output: larger(before.output, 'completion_tokens', 'output_tokens'),
    total: larger(before.total, 'total_tokens'),
  };
}

/**
 * The usage of an answer. Missing counts are derived; if only the total is known, the output is
 * estimated.
 * @param writtenChars the length of the model's output.
 * @returns `null` if the endpoint reported nothing.
 */
export function finalUsage(
  { input, output, total }: PartialUsage,
  writtenChars: number,
): Usage | null {
  const estimate = Math.ceil(writtenChars / CHARS_PER_TOKEN);
  if (input === null && output === null) {
    if (total === null) return null;
    const written = Math.min(total, estimate);
    return { inputTokens: total - written, outputTokens: written, totalTokens: total };
  }
  const inputTokens = input ?? Math.max(0, (total ?? 0) - (output ?? 0));
  const unknown = total === null ? estimate : Math.max(0, total - inputTokens);
  const outputTokens = output ?? unknown;
  return { inputTokens, outputTokens, totalTokens: total ?? inputTokens + outputTokens };
}

function readCount(value: unknown): number | null {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  const count = isNumber ? Math.round(Number(value)) : Number.NaN;
  return count >= 0 && count <= MAX_TOKENS ? count : null;
}
