import { chat } from './chat.ts';
import { native } from './native.ts';
import { simple } from './simple.ts';
import { thread } from './thread.ts';

/** The vocabularies a workflow can be read in, by the name that `?format=` takes. */
export const formats = { native, simple, thread, chat } as const;
