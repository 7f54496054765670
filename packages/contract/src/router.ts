import type {
  TRPC_ERROR_CODE_KEY,
  TRPCBuiltRouter,
  TRPCErrorShape,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { ApiErrorCode } from './errors.ts';
import type { Inputs, Outputs } from './operations.ts';
import type { ProcedureName, Procedures } from './procedures.ts';

/** The shape of an error for tRPC clients. */
type ErrorShape = TRPCErrorShape<{
  code: TRPC_ERROR_CODE_KEY;
  httpStatus: number;
  path: string | undefined;
  error: { code: ApiErrorCode; docs: string };
}>;

/** The types of one operation, as a procedure of tRPC has them. */
export interface Call<Name extends ProcedureName> {
  meta: object;
  input: Inputs[Name];
  output: Outputs[Name];
  errorShape: ErrorShape;
}

/** Each message of a subscription comes with the cursor at which a client can resume. */
export interface Subscription<Name extends ProcedureName> extends Omit<Call<Name>, 'output'> {
  output: AsyncIterable<{ id: string; data: Outputs[Name] }, void>;
}

type Procedure<Name extends ProcedureName> = {
  query: TRPCQueryProcedure<Call<Name>>;
  mutation: TRPCMutationProcedure<Call<Name>>;
  subscription: TRPCSubscriptionProcedure<Subscription<Name>>;
}[Procedures[Name]['kind']];

type PathOf<Name extends ProcedureName> = Procedures[Name]['path'];

/** The first part of a path: `workflow` for `workflow.get`. */
type GroupOf<Path extends string> = Path extends `${infer Group}.${string}` ? Group : never;

type RouterRecord = {
  [
    Name in ProcedureName as PathOf<Name> extends `${string}.${string}` ? never : PathOf<Name>
  ]: Procedure<Name>;
} & {
  [Group in GroupOf<PathOf<ProcedureName>>]: {
    [
      Name in ProcedureName as PathOf<Name> extends `${Group}.${infer Key}` ? Key : never
    ]: Procedure<Name>;
  };
};

/** The type of the tRPC router, derived from the operations, for typed tRPC clients. */
export type AppRouter<Context extends object = object> = TRPCBuiltRouter<
  { ctx: Context; meta: object; errorShape: ErrorShape; transformer: true },
  RouterRecord
>;
