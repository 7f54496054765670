import { type DefinitionInfo, startBodyOf } from '@runtape/contract';
import type { InferInput, Schema, StartSummary, WorkflowContract } from '@runtape/engine/define';
import { definitionsByName } from '@runtape/engine/start';
import { z } from 'zod';
import { ApiError } from '../errors/api-error.ts';
import { inputJsonSchema } from './input-json-schema.ts';
import type { StartContext } from './start-context.ts';

const MAX_SHOWN = 80;

/** What a server must know of a workflow definition to start it. */
export type StartableWorkflow = Pick<
  WorkflowContract,
  'name' | 'input' | 'events' | 'summary' | 'state' | 'reduce'
>;

/** How clients may start one workflow definition. */
export interface StartRule<Input = unknown> {
  /**
   * The schema of what clients send. The workflow gets what this schema returns. Default: that of
   * the definition; the workflow gets what the client sent.
   */
  readonly input?: z.ZodType<Input> | undefined;
  /** An input for the documentation. Default: none. */
  readonly example?: object | undefined;
  /**
   * Authorises a start.
   * @returns what lists show of it. Default: what the definition says.
   * @throws ApiError when the client may not start it with this input.
   */
  authorise?(ctx: StartContext, input: Input): StartSummary | undefined;
}

/** Returns the rule, and infers the type of its input. */
export function defineStart<Input>(rule: StartRule<Input>): StartRule<Input> {
  return rule;
}

/** The rules of some definitions, by name; with `null`, clients cannot start it by its name. */
export type StartRules = Readonly<Record<string, StartRule | null>>;

/** One definition that clients can start. */
export interface Startable {
  readonly definition: StartableWorkflow;
  readonly rule: StartRule;
  /** The schema of `{workflow, input, threadId?, idempotencyKey?}`. */
  readonly body: ReturnType<typeof startBodyOf>;
}

/** The definitions that clients can start, by name. */
export class StartableWorkflows {
  readonly #byName: ReadonlyMap<string, Startable>;
  #described: readonly DefinitionInfo[] | null = null;

  /** @throws EngineError `invalid_definition` when two definitions have the same name. */
  constructor(definitions: readonly StartableWorkflow[], rules: StartRules) {
    const byName = new Map<string, Startable>();
    for (const [name, definition] of definitionsByName(definitions)) {
      const rule = Object.hasOwn(rules, name) ? rules[name] : {};
      if (rule === null || rule === undefined) continue;
      const body = startBodyOf(name, rule.input ?? toZod(definition.input));
      byName.set(name, { definition, rule, body });
    }
    this.#byName = byName;
  }

  get all(): readonly Startable[] {
    return [...this.#byName.values()];
  }

  /** Describes them to clients. */
  describe(): readonly DefinitionInfo[] {
    this.#described ??= this.all.map(({ definition, rule }) => {
      const input = inputJsonSchema(rule.input ?? definition.input);
      return {
        name: definition.name,
        title: textOf(input?.['title']),
        description: textOf(input?.['description']),
        input,
        events: Object.keys(definition.events),
      };
    });
    return this.#described;
  }

  /** @throws ApiError `unknown_workflow_name`. */
  find(name: unknown): Startable {
    const found = typeof name === 'string' ? this.#byName.get(name) : undefined;
    if (found !== undefined) return found;
    const names = [...this.#byName.keys()];
    const known = names.length === 0 ? 'There are none.' : `There are: ${names.join(', ')}.`;
    throw new ApiError(
      'unknown_workflow_name',
      typeof name === 'string'
        ? `There is no workflow "${name.slice(0, MAX_SHOWN)}" to start. ${known}`
        : `Name the workflow to start. ${known}`,
    );
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Returns a zod schema that checks with a schema of any library, at the same path. */
function toZod(schema: Schema): z.ZodType {
  if (schema instanceof z.ZodType) return schema;
  return z.unknown().transform(async (value: InferInput<Schema>, ctx) => {
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return result.value;
    for (const { message, path = [] } of result.issues) {
      const keys = path.map((step) => (typeof step === 'object' ? step.key : step));
      ctx.addIssue({ code: 'custom', message, path: keys });
    }
    return z.NEVER;
  });
}
