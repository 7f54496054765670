import { chat } from './chat-format.ts';
import { native } from './native-format.ts';
import { simple } from './simple-format.ts';
import { thread } from './thread-format.ts';

/** The vocabularies a workflow can be read in, by the name that `?format=` takes. */
export const formats = { native, simple, thread, chat } as const;
