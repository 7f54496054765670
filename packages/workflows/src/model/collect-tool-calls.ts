import type { ToolCallDelta } from './chunk.ts';

/** A call as the model asked for it. */
export interface ToolCall {
  /** As the model has it; its answer is sent under it. */
  readonly id: string;
  readonly name: string;
  /** JSON, if the model keeps to its word. */
  readonly arguments: string;
}

/** Puts tool calls together that arrive in pieces, several at once. */
export class ToolCallCollector {
  readonly #calls = new Map<number, { id: string; name: string; arguments: string }>();

  add(deltas: readonly ToolCallDelta[]): void {
    for (const { index, id, function: piece } of deltas) {
      const call = this.#calls.get(index) ?? { id: '', name: '', arguments: '' };
      this.#calls.set(index, {
        id: call.id || (id ?? ''),
        name: call.name + (piece?.name ?? ''),
        arguments: call.arguments + (piece?.arguments ?? ''),
      });
    }
  }

  /** The calls in the order the model numbered them; one without an id gets one. */
  all(): ToolCall[] {
    return [...this.#calls]
      .sort(([a], [b]) => a - b)
      .map(([index, call]) => ({
        id: call.id || `call_${index}`,
        name: call.name,
        arguments: call.arguments,
      }));
  }
}
