import type { JsonValue } from '@runtape/event-log';
import type { EventData, EventType, OtherType } from '@runtape/events';
import { isCustomType } from '@runtape/events/custom-type';
import { EngineError } from '../errors.ts';
import { NOT_JSON, toJson } from './json.ts';
import { asyncSchema, checkSync, type InferInput, type Schema } from './schema.ts';

/** The event types that a workflow definition declares: a schema of the data of each. */
export type EventSchemas = Readonly<Record<string, Schema>>;

/** Names of events that belong to Runtape. */
type ReservedName =
  | `${string}:${string}`
  | 'token'
  | 'status'
  | 'reset'
  | 'cursor'
  | 'message'
  | 'open'
  | 'error'
  | '';

/** Refuses reserved names of events when a definition is compiled, with the reason. */
export type AllowedNames<Events extends EventSchemas> = {
  readonly [Name in keyof Events]: Name extends ReservedName
    ? 'Names with a colon, and token, status, reset, cursor, message, open and error, belong to Runtape.'
    : unknown;
};

/** The schemas of a definition without event types of its own. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- no key is what it says
export type NoEvents = Readonly<Record<never, Schema>>;

/**
 * The built-in types that a definition may emit: those of workflow and steps belong to the engine.
 */
type EmittableType = Exclude<EventType, `workflow:${string}` | `step:${string}`>;

/** The data of each type that a definition with these schemas may emit. */
export type Emittable<Events extends EventSchemas> = {
  [Type in EmittableType]: EventData<Type>;
} & {
  [Type in keyof Events & string]: InferInput<Events[Type]>;
};

/** An event of a declared type, with checked data. */
export interface CustomEvent {
  readonly type: OtherType;
  readonly data: JsonValue;
}

/**
 * Checks the names of the event types that a definition declares.
 * @throws EngineError `invalid_definition`.
 */
export function checkEventNames(workflow: string, events: EventSchemas): void {
  const wrong = Object.keys(events).find((type) => !isCustomType(type));
  if (wrong === undefined) return;
  throw new EngineError(
    'invalid_definition',
    `${workflow} declares an event "${wrong}". Use letters, digits, dots, dashes and underscores, from a letter, at most 100; names with a colon, and token, status, reset, cursor, message, open and error, belong to Runtape.`,
  );
}

/**
 * Checks the data of an event that is not built in.
 * @returns the event with its data as JSON.
 * @throws EngineError `undeclared_event`, `invalid_event`, `async_schema`.
 */
export function readCustomEvent(
  type: string,
  data: unknown,
  { name, events }: { readonly name: string; readonly events: EventSchemas },
): CustomEvent {
  const schema = Object.hasOwn(events, type) ? events[type] : undefined;
  if (schema === undefined || !isCustomType(type)) {
    throw undeclared(type, name, Object.keys(events));
  }
  const checked = checkSync(schema, data);
  // Events keep the order in which they are emitted, so none can wait for its schema.
  if (checked === undefined) throw asyncSchema(`the event "${type}"`);
  if (!checked.ok) throw invalid(type, checked.issues);
  const json = toJson(checked.value);
  if (json === undefined) throw invalid(type, NOT_JSON);
  return { type, data: json };
}

function undeclared(type: string, workflow: string, declared: readonly string[]): EngineError {
  const known = declared.length === 0 ? 'It declares none' : `It declares ${declared.join(', ')}`;
  return new EngineError(
    'undeclared_event',
    `${workflow} emitted "${type}", which its \`events\` do not declare. ${known}.`,
  );
}

function invalid(type: string, why: string): EngineError {
  return new EngineError('invalid_event', `An event "${type}" has invalid data: ${why}`);
}
