import { z } from 'zod';
import type { JsonSchema } from '../json-schema.ts';

const shownSchema = z.object({
  type: z.string().default('any'),
  enum: z.array(z.string()).optional(),
  items: z.record(z.string(), z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

/** A type in a word or two: `integer, 1 to 1000`. */
export function typeInWords(schema: JsonSchema): string {
  const {
    type,
    enum: values,
    items,
    minimum,
    maximum,
    default: preset,
  } = shownSchema.parse(schema);
  const kind =
    values?.join(' | ') ?? (items === undefined ? type : `list of ${typeInWords(items)}`);
  const range = minimum === undefined || maximum === undefined ? '' : `, ${minimum} to ${maximum}`;
  return preset === undefined ? `${kind}${range}` : `${kind}${range} (default: ${preset})`;
}
