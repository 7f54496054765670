import type { EmittedEvent } from '@runtape/events';
import type { Spent } from '../src/index.ts';
import { TextParts } from '../src/run/text/text-parts.ts';

interface Token {
  readonly content: string;
  readonly isComplete: boolean;
  readonly metadata?: unknown;
}

export interface TextHarness {
  readonly parts: TextParts;
  readonly tokens: Token[];
  /** The calls that were counted. */
  readonly counted: Spent[];
  /** The last estimate of each call. */
  readonly estimates: Spent[];
  readonly run: AbortController;
}

/** The texts of an attempt, outside of any workflow. */
export function openTexts(): TextHarness {
  const tokens: Token[] = [];
  const counted: Spent[] = [];
  const estimates: Spent[] = [];
  const run = new AbortController();
  const parts = new TextParts({
    emit: async (event: EmittedEvent) => {
      run.signal.throwIfAborted();
      if (event.type === 'token') tokens.push(event.data);
    },
    currentStep: () => undefined,
    meter: () => ({
      estimate: (spent) => void estimates.splice(0, 1, spent),
      count: async (spent) => void counted.push(spent),
      [Symbol.dispose]: () => undefined,
    }),
    signal: run.signal,
  });
  return { parts, tokens, counted, estimates, run };
}

export async function* streamOf<Chunk>(...chunks: readonly Chunk[]): AsyncGenerator<Chunk, void> {
  for (const chunk of chunks) yield chunk;
}
