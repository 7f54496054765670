import { z } from 'zod';
import { listFiles } from './list-files.ts';
import { readFile } from './read-file.ts';
import { createSearchText } from './search-text.ts';
import { type Tool, type ToolContext, ToolError, type ToolOutput } from './tool.ts';

/** A tool as offered to a model. */
export interface ToolOffer {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Record<string, unknown>;
}

/** The result of a call. A failed call also has a result: the model reads it and continues. */
export interface ToolOutcome extends ToolOutput {
  readonly ok: boolean;
}

const WHOLE_NUMBER = /^-?\d{1,15}(?:\.0{1,9})?$/;
const schemaSchema = z.object({
  properties: z.record(z.string(), z.object({ type: z.string().optional() })).default({}),
});

/** The tools by name. Arguments come from a model and are checked before a tool receives them. */
export class ToolBox {
  readonly offers: readonly ToolOffer[];
  readonly #calls: ReadonlyMap<
    string,
    (input: unknown, context: ToolContext) => Promise<ToolOutput>
  >;

  constructor() {
    const tools = [toEntry(listFiles), toEntry(createSearchText()), toEntry(readFile)];
    this.offers = tools.map(({ offer }) => offer);
    this.#calls = new Map(tools.map(({ offer, call }) => [offer.name, call]));
  }

  /**
   * Calls a tool.
   * @param input the arguments as received.
   * @returns the result for the model, also for an unknown tool or a refusal.
   * @throws the signal's reason once it aborts, and unexpected errors.
   */
  async call(name: string, input: unknown, context: ToolContext): Promise<ToolOutcome> {
    const call = this.#calls.get(name);
    try {
      if (call === undefined) {
        const known = this.offers.map((offer) => offer.name).join(', ');
        throw new ToolError(`There is no such tool. There are: ${known}.`);
      }
      if (typeof input === 'string') {
        throw new ToolError('The arguments are not right: send them as one JSON object, whole.');
      }
      return { ok: true, ...(await call(input, context)) };
    } catch (error) {
      const message = explain(error);
      return { ok: false, summary: message, output: `Error: ${message}` };
    }
  }
}

function toEntry<Input>(tool: Tool<Input>) {
  const { $schema: _, ...parameters } = z.toJSONSchema(tool.input, { io: 'input' });
  return {
    offer: { name: tool.name, description: tool.description, parameters },
    call: (input: unknown, context: ToolContext) =>
      tool.run(tool.input.parse(coerceArguments(input, parameters)), context),
  };
}

/**
 * Interprets arguments as models mean them: `null`, or a blank string for a number, counts as
 * omitted, and a number may be a string.
 * @param schema JSON Schema of the arguments.
 */
function coerceArguments(input: unknown, schema: Record<string, unknown>): unknown {
  if (input === null) return {};
  if (typeof input !== 'object' || Array.isArray(input)) return input;
  const { properties } = schemaSchema.parse(schema);
  const given = Object.entries(input).flatMap(([name, value]): [string, unknown][] => {
    const isInteger = Object.hasOwn(properties, name) && properties[name]?.type === 'integer';
    const isBlank = isInteger && typeof value === 'string' && value.trim() === '';
    if (value === null || isBlank) return [];
    const isNumber = isInteger && typeof value === 'string' && WHOLE_NUMBER.test(value.trim());
    return [[name, isNumber ? Number(value) : value]];
  });
  return Object.fromEntries(given);
}

function explain(error: unknown): string {
  if (error instanceof ToolError) return error.message;
  if (error instanceof z.ZodError) {
    const wrong = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return `The arguments are not right. ${wrong.join('; ').slice(0, 500)}`;
  }
  throw error;
}
