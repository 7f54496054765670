import { z } from 'zod';
import type { ApiErrorCode } from './errors.ts';
import { type ProcedureName, type Procedures, procedures } from './procedures.ts';
import type { RouteContract } from './route.ts';

/** What a procedure returns: its schema, and the type that clients get. */
export interface Output<Value> {
  readonly schema: z.ZodType;
  /** Exists as a type only. */
  readonly value?: Value;
}

/** One procedure: everything that server and clients must agree on. */
export interface Operation<
  Name extends ProcedureName = ProcedureName,
  Input extends z.ZodType = z.ZodType,
  Value = unknown,
> {
  readonly name: Name;
  readonly kind: Procedures[Name]['kind'];
  /** The path of its procedure, such as `workflow.get`. */
  readonly path: Procedures[Name]['path'];
  /** `noInput` takes none. */
  readonly input: Input;
  /** For a subscription, that of each message. */
  readonly output: Output<Value>;
  /** The errors it can be refused with, in addition to `commonErrors`. */
  readonly errors: readonly ApiErrorCode[];
  /** The same operation over plain HTTP, if it is offered there. */
  readonly route?: RouteContract | undefined;
}

/** What a client sends. */
export type InputOf<Called extends Operation> = z.input<Called['input']>;

/** What an operation returns; for a subscription, each of its messages. */
export type ValueOf<Called extends Operation> =
  Called['output'] extends Output<infer Value> ? Value : never;

/** Errors that every operation can be refused with. */
export const commonErrors: readonly ApiErrorCode[] = [
  'invalid_input',
  'unauthorized',
  'identity_provider_unavailable',
  'host_not_allowed',
  'cross_site',
  'unsupported_media_type',
  'payload_too_large',
  'answer_too_large',
  'unavailable',
  'internal',
];

export const noInput = z.void();

/** Describes a procedure under its name. */
export function defineOperation<
  Name extends ProcedureName,
  Contract extends Pick<Operation, 'input' | 'output' | 'errors' | 'route'>,
>(name: Name, contract: Contract): Contract & Pick<Operation<Name>, 'name' | 'kind' | 'path'> {
  const { kind, path } = procedures[name];
  return { ...contract, name, kind, path };
}

/** An output whose schema describes the whole type. */
export function output<Value>(schema: z.ZodType<Value>): Output<Value> {
  return { schema };
}

/**
 * An output whose schema says less than the type: events of a newer version may have types and
 * fields that this version does not know.
 */
export function looseOutput<Value>(schema: z.ZodType): Output<Value> {
  return { schema };
}
