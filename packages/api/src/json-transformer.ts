import type { TRPCCombinedDataTransformer } from '@trpc/server';
import { deserialize, serialize } from 'superjson';

/**
 * superjson's wire format, without its walk over what we send: that is JSON already, and superjson refuses keys such as
 * `constructor`, which a model may well use in the arguments of a tool call. One such event would break its stream for good.
 */
export const jsonTransformer: TRPCCombinedDataTransformer = {
  input: { serialize, deserialize },
  output: {
    serialize: (json: unknown) => ({ json }),
    deserialize,
  },
};
