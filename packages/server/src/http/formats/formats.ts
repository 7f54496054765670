import type { formatNames } from '@runtape/contract';
import { chat } from './chat-format.ts';
import { native } from './native-format.ts';
import { simple } from './simple-format.ts';
import { thread } from './thread-format.ts';
import { chatCursor } from './chat-cursor.ts';
import { FormatEncoder } from './format-encoder.ts';

/** The vocabularies a workflow can be read in, by the name that `?format=` takes. */
const formats = { native, simple, thread, chat } as const satisfies Record<FormatName, unknown>;

type FormatName = (typeof formatNames)[number];

/**
 * One writer for each format, so that its streams share what is encoded; and one for answers of the
 * chat.
 */
export type FormatEncoders = Readonly<Record<FormatName | 'answers', FormatEncoder>>;

export function makeFormatEncoders(): FormatEncoders {
  return {
    native: new FormatEncoder(formats.native),
    simple: new FormatEncoder(formats.simple),
    thread: new FormatEncoder(formats.thread),
    chat: new FormatEncoder(formats.chat),
    answers: new FormatEncoder(formats.chat, chatCursor),
  };
}
