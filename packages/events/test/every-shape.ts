import type { Shape } from '../src/decode-shape.ts';
import { otherEventSchema, payloads } from '../src/event-schemas.ts';
import { resetSchema, workflowStateSchema } from '../src/stream-message-schemas.ts';
import { objectShape, shapeOf } from './shape-of.ts';

/** What `src/message-shapes.ts` must export: the shapes of the schemas. */
export function everyShape(): Record<string, Record<string, Shape>> {
  const { type: _type, data: _data, ...envelope } = otherEventSchema.shape;
  return {
    eventShapes: objectShape(payloads),
    messageShapes: {
      /** The fields of an event apart from its type and data. */
      envelope: { object: objectShape(envelope) },
      reset: shapeOf(resetSchema),
      'workflow:state': shapeOf(workflowStateSchema),
    },
  };
}
