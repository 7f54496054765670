import { z } from 'zod';

/** What JSON can say. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

export const jsonSchema: z.ZodType<JsonValue> = z.json();
