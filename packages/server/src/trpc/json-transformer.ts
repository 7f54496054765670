import type { TRPCCombinedDataTransformer } from '@trpc/server';
import { deserialize, serialize, type SuperJSONResult } from 'superjson';
import { z } from 'zod';

/**
 * What superjson may say of an input beside its JSON: which fields were there and `undefined`. No
 * input has anything else that JSON has no word for, and of what superjson would make otherwise, a
 * long `bigint` or path alone takes seconds.
 */
const left = z.literal('undefined');
const treeSchema: z.ZodType<UndefinedTree> = z.lazy(() =>
  z.union([z.tuple([left]), z.tuple([left, z.record(z.string(), treeSchema)])]),
);
type UndefinedTree = ['undefined'] | ['undefined', Record<string, UndefinedTree>];
const wireSchema = z.object({
  // It was parsed from JSON.
  json: z.custom<SuperJSONResult['json']>(() => true),
  meta: z
    .object({
      values: z.union([treeSchema, z.record(z.string(), treeSchema)]).optional(),
      v: z.number().optional(),
    })
    .optional(),
});

/**
 * superjson's wire format, without its walk over what we send: that is JSON already, and superjson
 * refuses keys such as `constructor`, which a model may well use in the arguments of a tool call.
 * One such event would break its stream for good.
 */
export const jsonTransformer: TRPCCombinedDataTransformer = {
  input: {
    serialize,
    deserialize: (value: unknown): unknown => {
      const { json, meta = {} } = wireSchema.parse(value);
      const { values, v } = meta;
      if (values === undefined) return json;
      return deserialize({ json, meta: { values, ...(v !== undefined && { v }) } });
    },
  },
  output: {
    serialize: (json: unknown) => ({ json }),
    deserialize,
  },
};
