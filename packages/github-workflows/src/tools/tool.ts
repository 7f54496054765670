import type { z } from 'zod';
import type { Repository } from '../repository/repository.ts';

export interface ToolContext {
  readonly repository: Repository;
  readonly signal: AbortSignal;
}

/** The result of a tool. */
export interface ToolOutput {
  /** A one-line summary for users, e.g. `12 matches in 5 files`. */
  readonly summary: string;
  /** The output for the model. */
  readonly output: string;
  /** The lines of a file that the output quotes. */
  readonly read?: { readonly path: string; readonly from: number; readonly to: number };
}

/** A tool for a model. Tools only read and never change anything. */
export interface Tool<Input> {
  readonly name: string;
  /** The description for the model. */
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** @throws ToolError with a message for the model about what to change. */
  run(input: Input, context: ToolContext): Promise<ToolOutput>;
}

/**
 * A call that cannot be answered as requested. The message goes to the model, which may try again.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code = 'tool_refused';
}
