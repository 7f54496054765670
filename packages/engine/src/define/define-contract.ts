import { EngineError } from '../errors.ts';
import {
  type AllowedNames,
  checkEventNames,
  type EventSchemas,
  type NoEvents,
} from './custom-events.ts';
import { anyJson, toJson, USE_JSON } from './json.ts';
import { type InferInput, type InferOutput, isSchema, type Schema } from './schema.ts';

/** What lists show of a workflow before it says more itself. */
export interface StartSummary {
  readonly title: string;
  /** What it works on, e.g. an address. Default: nothing. */
  readonly target?: string | undefined;
}

/** An event of the definition's own, as its reducer gets it. */
export type OwnEvent<Events extends EventSchemas> = {
  [Type in keyof Events & string]: {
    readonly type: Type;
    readonly data: InferOutput<Events[Type]>;
    /** The time at which it was emitted: ISO 8601, UTC, milliseconds. */
    readonly timestamp: string;
  };
}[keyof Events & string];

/**
 * A workflow as those know it who do not run it: a server starts it, clients follow it. Made with
 * `defineContract`; `defineWorkflow({ ...contract, run })` implements it.
 */
export interface WorkflowContract<
  Name extends string = string,
  Input extends Schema = Schema,
  Result extends Schema = Schema,
  Events extends EventSchemas = EventSchemas,
  State = unknown,
> {
  readonly name: Name;
  readonly input: Input;
  readonly result: Result;
  readonly events: Events;
  /** The state before the first event; `undefined` without a reducer. */
  readonly state: State;
  /**
   * There is one if there is a state. Its callers read events from a log, so they have any type.
   */
  reduce?(state: State, event: OwnEvent<EventSchemas>): State;
  summary(input: InferOutput<Input>): StartSummary;
}

/** The contract of a workflow, as it is written. */
export interface ContractSource<
  Name extends string,
  Input extends Schema,
  Result extends Schema,
  Events extends EventSchemas,
  State,
> {
  /** Names the workflow in every log. Never change it while workflows of that name exist. */
  readonly name: Name;
  /** The schema of the input, which must be JSON. Checked at the start and before every attempt. */
  readonly input: Input;
  /** The schema of the result, which must be JSON. Checked at the end. Default: any JSON. */
  readonly result?: Result | undefined;
  /**
   * The workflow's own event types, each with the schema of its data, which must be JSON. Names
   * have at most 100 letters, digits, dots, dashes and underscores, and start with a letter.
   * Default: none.
   */
  readonly events?: (Events & AllowedNames<Events>) | undefined;
  /** The state before the first event, as JSON. Belongs to `reduce`. Default: no state. */
  readonly state?: State | undefined;
  /**
   * Computes the next state from an event of `events`. Servers make snapshots with it, and clients
   * follow it live. It must be pure: it returns a new state, changes nothing, and depends on
   * nothing else. What a later attempt repeats leaves no trace in the state.
   */
  reduce?(state: NoInfer<State>, event: OwnEvent<NoInfer<Events>>): NoInfer<State>;
  /**
   * What lists show of a workflow with this input, until it says more itself. Default: the name as
   * its title.
   */
  summary?(input: InferOutput<NoInfer<Input>>): StartSummary;
}

/** The types of a contract, as clients see them. */
export type TypesOf<Contract extends WorkflowContract> = {
  readonly input: InferInput<Contract['input']>;
  readonly result: InferOutput<Contract['result']>;
  readonly events: {
    readonly [Type in keyof Contract['events'] & string]: InferOutput<Contract['events'][Type]>;
  };
  readonly state: Contract['state'];
};

/** The types of several contracts, by the name of each. */
export type TypesByName<Contracts extends readonly WorkflowContract[]> = {
  readonly [Contract in Contracts[number] as Contract['name']]: TypesOf<Contract>;
};

/**
 * Defines the contract of a workflow, without the code that runs it.
 * @returns the contract, for servers and clients, and to be implemented by `defineWorkflow`.
 * @throws EngineError `invalid_definition` when the name is empty, something is not a schema, the
 *   name of an event type is not allowed, `state` is not JSON, or only one of `state` and `reduce`
 *   is there.
 */
export function defineContract<
  const Name extends string,
  Input extends Schema,
  Result extends Schema = typeof anyJson,
  Events extends EventSchemas = NoEvents,
  State = undefined,
>(
  source: ContractSource<Name, Input, Result, Events, State>,
): WorkflowContract<Name, Input, Result, Events, State>;
export function defineContract(
  source: ContractSource<string, Schema, Schema, EventSchemas, unknown>,
): WorkflowContract {
  const { name, input, result = anyJson, events = {} } = source;
  checkName(name);
  const schemas = { input, result, ...prefixed(events) };
  for (const [where, schema] of Object.entries(schemas)) checkSchema(name, where, schema);
  checkEventNames(name, events);
  return {
    name,
    input,
    result,
    events,
    ...checkState(source),
    summary: (given) => source.summary?.(given) ?? { title: name },
  };
}

function checkName(name: unknown): void {
  if (typeof name === 'string' && name.trim() !== '') return;
  throw new EngineError('invalid_definition', 'A workflow definition has no name. Give it one.');
}

function prefixed(events: EventSchemas): Record<string, unknown> {
  return Object.fromEntries(Object.entries(events).map(([type, it]) => [`events.${type}`, it]));
}

function checkSchema(name: string, where: string, schema: unknown): void {
  if (isSchema(schema)) return;
  throw new EngineError(
    'invalid_definition',
    `${where} of ${name} is not a schema. Use Zod 3.25 or later, Valibot, ArkType, or another library that implements Standard Schema.`,
  );
}

/** The initial state and the reducer; neither without a reducer. */
function checkState(
  source: ContractSource<string, Schema, Schema, EventSchemas, unknown>,
): Pick<WorkflowContract, 'state' | 'reduce'> {
  const { name, state } = source;
  if (state === undefined && source.reduce === undefined) return { state: undefined };
  if (state === undefined || typeof source.reduce !== 'function') {
    throw new EngineError(
      'invalid_definition',
      `${name} has only one of \`state\` and \`reduce\`. Give both: the state before the first event, and the function that computes the next one.`,
    );
  }
  const json = toJson(state);
  if (json === undefined) {
    throw new EngineError('invalid_definition', `The state of ${name} is not JSON. ${USE_JSON}`);
  }
  return { state: json, reduce: (before, event) => source.reduce?.(before, event) };
}
