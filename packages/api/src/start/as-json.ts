import { jsonSchema, type JsonValue } from '@runtape/event-log';

/** An input as logs keep it: optional fields that are not set are not there. */
export function asJson(input: object): JsonValue {
  return jsonSchema.parse(JSON.parse(JSON.stringify(input)));
}
