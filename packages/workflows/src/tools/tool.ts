import type { z } from 'zod';
import type { Repository } from '../repository/repository.ts';

export interface ToolContext {
  readonly repository: Repository;
  readonly signal: AbortSignal;
}

/** What a tool found out. */
export interface ToolOutput {
  /** One line for people, e.g. `12 matches in 5 files`. */
  readonly summary: string;
  /** What the model gets. */
  readonly output: string;
  /** The lines of a file that the output quotes. */
  readonly read?: { readonly path: string; readonly from: number; readonly to: number };
}

/** Something a model may call. Only looks, never changes anything. */
export interface Tool<Input> {
  readonly name: string;
  /** For the model. */
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** @throws ToolError with what the model should do differently. */
  run(input: Input, context: ToolContext): Promise<ToolOutput>;
}

/**
 * A call that cannot be answered as requested. The message goes to the model, which may try again.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code = 'tool_refused';
}
