import type { formatNames } from '@runtape/contract';
import { chat } from './chat-format.ts';
import { native } from './native-format.ts';
import { simple } from './simple-format.ts';
import { thread } from './thread-format.ts';
import { chatCursor } from './chat-cursor.ts';
import { FrameWriter } from './format-encoder.ts';

/** The vocabularies a workflow can be read in, by the name that `?format=` takes. */
const formats = { native, simple, thread, chat } as const satisfies Record<FormatName, unknown>;

type FormatName = (typeof formatNames)[number];

/**
 * One writer for each format, so that its streams share what is encoded; and one for answers of the
 * chat.
 */
export type Writers = Readonly<Record<FormatName | 'answers', FrameWriter>>;

export function makeWriters(): Writers {
  return {
    native: new FrameWriter(formats.native),
    simple: new FrameWriter(formats.simple),
    thread: new FrameWriter(formats.thread),
    chat: new FrameWriter(formats.chat),
    answers: new FrameWriter(formats.chat, chatCursor),
  };
}
