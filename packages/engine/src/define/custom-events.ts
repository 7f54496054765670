import {
  type EventData,
  type EventType,
  isCustomType,
  isOtherType,
  type OtherType,
} from '@runtape/events';
import { z } from 'zod';
import { EngineError } from '../errors.ts';

/** The event types that a workflow definition declares: a schema of the data of each. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;

/** The schemas of a definition without event types of its own. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- no key is what it says
export type NoEvents = Readonly<Record<never, z.ZodType>>;

/**
 * The built-in types that a definition may emit: those of workflow and steps belong to the engine.
 */
type EmittableType = Exclude<EventType, `workflow:${string}` | `step:${string}`>;

/** The data of each type that a definition with these schemas may emit. */
export type Emittable<Events extends EventSchemas> = {
  [Type in EmittableType]: EventData<Type>;
} & {
  [Type in keyof Events & string]: z.input<Events[Type]>;
};

/** An event of a declared type, with checked data. */
export interface CustomEvent {
  readonly type: OtherType;
  readonly data: z.core.util.JSONType;
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
 * @throws EngineError `undeclared_event`, `invalid_event`.
 */
export function readCustomEvent(
  type: string,
  data: unknown,
  { name, events }: { readonly name: string; readonly events: EventSchemas },
): CustomEvent {
  const schema = Object.hasOwn(events, type) ? events[type] : undefined;
  if (schema === undefined || !isOtherType(type)) throw undeclared(type, name, Object.keys(events));
  const checked = schema.safeParse(data);
  if (!checked.success) throw invalid(type, z.prettifyError(checked.error));
  const json = z.json().safeParse(checked.data);
  if (json.success) return { type, data: json.data };
  throw invalid(
    type,
    'It is not JSON. Use strings, finite numbers, booleans, null, arrays, objects.',
  );
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
