import { z } from 'zod';

const toolCallDelta = z.object({
  index: z.int().nonnegative(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const count = z.int().nonnegative();

/**
 * One chunk of a streamed completion, as far as it is used. The SDK hands chunks over unchecked, and behind a base URL
 * may be anything.
 */
export const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(toolCallDelta).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z
    .object({ prompt_tokens: count, completion_tokens: count, total_tokens: count })
    .nullish(),
});

export type ToolCallDelta = z.infer<typeof toolCallDelta>;
