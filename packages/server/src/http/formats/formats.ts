import type { formatNames } from '@runtape/contract';
import { chat } from './chat-format.ts';
import { native } from './native-format.ts';
import { simple } from './simple-format.ts';
import { thread } from './thread-format.ts';
import { chatCursor } from './chat-cursor.ts';
import { FormatEncoder } from './format-encoder.ts';

/** The formats of workflow streams, by the values of `?format=`. */
const formats = { native, simple, thread, chat } as const satisfies Record<FormatName, unknown>;

type FormatName = (typeof formatNames)[number];

/**
 * One encoder per format, so that streams share encoded frames; `answers` is for the chat routes.
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
