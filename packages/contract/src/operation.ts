import { z } from 'zod';
import type { ApiErrorCode } from './errors.ts';
import type { ProcedureInfo } from './procedures.ts';
import type { RouteContract } from './route.ts';

/** The output of a procedure: its schema, and the type that clients get. */
export interface Output<Value> {
  readonly schema: z.ZodType;
  /** Only carries the type; never set. */
  readonly value?: Value;
}

/** One procedure: everything that server and clients must agree on. */
export interface Operation<
  Procedure extends ProcedureInfo = ProcedureInfo,
  Input extends z.ZodType = z.ZodType,
  Value = unknown,
  Code extends string = string,
> {
  readonly kind: Procedure['kind'];
  readonly path: Procedure['path'];
  /** `noInput` if there is none. */
  readonly input: Input;
  /** For a subscription, the output of each message. */
  readonly output: Output<Value>;
  /** The possible error codes, in addition to `commonErrors`. */
  readonly errors: readonly Code[];
  /** The same operation over plain HTTP, if it is offered there. */
  readonly route?: RouteContract | undefined;
}

/** Operations by name. */
export type OperationsByName = Readonly<Record<string, Operation>>;

/** The input that a client sends. */
export type InputOf<Called extends Operation> = z.input<Called['input']>;

/** The output of an operation; for a subscription, of each message. */
export type ValueOf<Called extends Operation> =
  Called['output'] extends Output<infer Value> ? Value : never;

/** The input of each operation, as clients send it. */
export type InputsOf<Operations extends OperationsByName> = {
  [Name in keyof Operations]: InputOf<Operations[Name]>;
};

/** The output of each operation; for a subscription, of each message. */
export type OutputsOf<Operations extends OperationsByName> = {
  [Name in keyof Operations]: ValueOf<Operations[Name]>;
};

/** The possible error codes of every operation. */
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

/** Defines an operation. @param procedure its entry in the table of procedures */
export function defineOperation<
  const Procedure extends ProcedureInfo,
  const Contract extends Pick<Operation, 'input' | 'output' | 'errors' | 'route'>,
>({ kind, path }: Procedure, contract: Contract): Contract & Pick<Procedure, 'kind' | 'path'> {
  return { ...contract, kind, path };
}

/** An output whose schema describes the type completely. */
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
