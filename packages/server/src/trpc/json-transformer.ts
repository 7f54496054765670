import type { TRPCCombinedDataTransformer } from '@trpc/server';
import { deserialize, serialize, type SuperJSONResult } from 'superjson';
import { z } from 'zod';

/**
 * The only metadata of superjson that inputs need: which fields were `undefined`. Other metadata is
 * refused, because superjson may need seconds for a single long `bigint` or path.
 */
const undefinedTag = z.literal('undefined');
const treeSchema: z.ZodType<UndefinedTree> = z.lazy(() =>
  z.union([z.tuple([undefinedTag]), z.tuple([undefinedTag, z.record(z.string(), treeSchema)])]),
);
type UndefinedTree = ['undefined'] | ['undefined', Record<string, UndefinedTree>];
const wireSchema = z.object({
  // Any JSON, as it was parsed from JSON.
  json: z.custom<SuperJSONResult['json']>(() => true),
  meta: z
    .object({
      values: z.union([treeSchema, z.record(z.string(), treeSchema)]).optional(),
      v: z.number().optional(),
    })
    .optional(),
});

/**
 * The wire format of superjson, without its traversal of outputs: these are JSON already, and
 * superjson refuses keys such as `constructor`, which a model may use in the arguments of a tool
 * call. One such event would break its stream permanently.
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
