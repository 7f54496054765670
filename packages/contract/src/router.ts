import type {
  TRPC_ERROR_CODE_KEY,
  TRPCBuiltRouter,
  TRPCErrorShape,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { ApiErrorCode } from './errors.ts';
import type { InputOf, Operation, OperationsByName, ValueOf } from './operation.ts';
import type { Operations } from './operations.ts';

/** The shape of an error for tRPC clients. */
type ErrorShape<Code extends string> = TRPCErrorShape<{
  code: TRPC_ERROR_CODE_KEY;
  httpStatus: number;
  path: string | undefined;
  error: { code: Code; docs: string };
}>;

/** The types of one operation, as a procedure of tRPC has them. */
export interface Call<Called extends Operation, Code extends string = ApiErrorCode> {
  meta: object;
  input: InputOf<Called>;
  output: ValueOf<Called>;
  errorShape: ErrorShape<Code>;
}

/** Each message of a subscription comes with the cursor at which a client can resume. */
export interface Subscription<
  Called extends Operation,
  Code extends string = ApiErrorCode,
> extends Omit<Call<Called, Code>, 'output'> {
  output: AsyncIterable<{ id: string; data: ValueOf<Called> }, void>;
}

type Procedure<Called extends Operation, Code extends string> = {
  query: TRPCQueryProcedure<Call<Called, Code>>;
  mutation: TRPCMutationProcedure<Call<Called, Code>>;
  subscription: TRPCSubscriptionProcedure<Subscription<Called, Code>>;
}[Called['kind']];

/** The first part of a path: `workflow` for `workflow.get`. */
type GroupOf<Path extends string> = Path extends `${infer Group}.${string}` ? Group : never;

type RouterRecord<All extends OperationsByName, Code extends string> = {
  [
    Name in keyof All as All[Name]['path'] extends `${string}.${string}` ? never : All[Name]['path']
  ]: Procedure<All[Name], Code>;
} & {
  [Group in GroupOf<All[keyof All]['path']>]: {
    [
      Name in keyof All as All[Name]['path'] extends `${Group}.${infer Key}` ? Key : never
    ]: Procedure<All[Name], Code>;
  };
};

/** The error codes of operations. */
type CodeOf<All extends OperationsByName> = ApiErrorCode | All[keyof All]['errors'][number];

/** The type of the tRPC router of some operations, for typed tRPC clients. */
export type RouterOf<
  All extends OperationsByName,
  Context extends object = object,
> = TRPCBuiltRouter<
  { ctx: Context; meta: object; errorShape: ErrorShape<CodeOf<All>>; transformer: true },
  RouterRecord<All, CodeOf<All>>
>;

/** The type of the tRPC router of a server without plugins. */
export type AppRouter<Context extends object = object> = RouterOf<Operations, Context>;
