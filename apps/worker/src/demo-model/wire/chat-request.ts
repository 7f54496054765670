import { z } from 'zod';

const textPart = z.object({ type: z.literal('text'), text: z.string() });
const content = z.union([z.string(), z.array(textPart)], {
  error: 'must be a string or a list of text parts; the demo model reads text only',
});

const toolCall = z.object({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const chatMessage = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content }),
  z.object({ role: z.literal('user'), content }),
  z.object({
    role: z.literal('assistant'),
    content: content.nullish(),
    tool_calls: z.array(toolCall).nullish(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content }),
]);

/** As much of JSON Schema as is needed to see which parameters are strings, numbers, or may be null. */
const schemaType = z.union([z.string(), z.array(z.string())]).optional();
const parameter = z.looseObject({
  type: schemaType,
  anyOf: z.array(z.looseObject({ type: schemaType })).optional(),
});

const tool = z.object({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1),
    parameters: z
      .looseObject({
        properties: z.record(z.string(), parameter).default({}),
        required: z.array(z.string()).default([]),
      })
      .default({ properties: {}, required: [] }),
  }),
});

/** What the demo model reads of a chat completion request. Settings that would not change what it says are let through. */
export const chatRequestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(chatMessage).min(1),
  tools: z.array(tool).default([]),
  tool_choice: z
    .enum(['auto', 'none'], { error: "must be 'auto' or 'none'; the demo model chooses by itself" })
    .default('auto'),
  parallel_tool_calls: z.boolean().default(true),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  n: z.literal(1, { error: 'must be 1; the demo model gives one answer' }).nullish(),
  response_format: z
    .looseObject({
      type: z.literal('text', {
        error: "must be 'text'; the demo model writes Markdown, not JSON",
      }),
    })
    .nullish(),
});

export type ChatRequest = z.infer<typeof chatRequestSchema>;
export type ChatMessage = ChatRequest['messages'][number];
export type ChatTool = ChatRequest['tools'][number];
export type ToolParameter = z.infer<typeof parameter>;

/** The text of a message, whichever way it was sent. */
export function messageText(message: ChatMessage): string {
  const { content: sent } = message;
  if (sent === null || sent === undefined) return '';
  return typeof sent === 'string' ? sent : sent.map((part) => part.text).join('\n');
}

/** The first thing wrong with a request body, in words, with the field it is about. */
export function describeInvalid(error: z.ZodError): { message: string; param: string | null } {
  const [issue] = error.issues;
  if (issue === undefined) return { message: 'The request body is not valid.', param: null };
  const param = issue.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return param === ''
    ? { message: `The request body is not valid: ${issue.message}`, param: null }
    : { message: `Invalid '${param}': ${issue.message}`, param };
}
