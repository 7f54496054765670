import { deserialize, parse, serialize, type SuperJSONResult } from 'superjson';

/** superjson, without its copy of what was parsed a moment before and belongs to nobody else. */
export const wire = {
  input: { serialize, deserialize },
  output: {
    serialize,
    deserialize: (payload: SuperJSONResult): unknown => deserialize(payload, { inPlace: true }),
  },
};

/** Whether tRPC could make something of a message. */
export function isReadable(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
