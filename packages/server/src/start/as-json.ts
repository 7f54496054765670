import type { JsonValue } from '@runtape/event-log';
import { z } from 'zod';

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * An input as logs keep it: optional fields that are not set are not there. Texts are not copied: a
 * megabyte of them costs as much as none.
 * @throws ZodError for what JSON cannot say.
 */
export function asJson(input: unknown): JsonValue {
  if (Array.isArray(input)) return input.map(asJson);
  if (typeof input !== 'object' || input === null) return scalarSchema.parse(input);
  const fields = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([name, value]) => [name, asJson(value)]));
}
