import { encodeEvent } from '@runtape/events';
import type { SseFormat } from './format.ts';
import { splitState } from './split-state.ts';

/** Our own events: `event:` is their type, `data:` all of the event and its id. */
export const native: SseFormat = {
  types: null,
  ofEntry({ id, event }) {
    const message = encodeEvent(event);
    return { event: message.type, data: { id, ...message } };
  },
  ofSnapshot(id, message) {
    return [...(message.type === 'workflow:state' ? splitState(message) : []), message].map(
      (told) => ({
        event: told.type,
        data: { id, ...told },
      }),
    );
  },
};
