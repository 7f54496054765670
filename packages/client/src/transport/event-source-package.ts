import { EventSource } from 'eventsource';
import type { EventSourceClass } from './event-source.ts';

/** For runtimes without an EventSource, such as Node. */
export const fallback: EventSourceClass | undefined = EventSource;
