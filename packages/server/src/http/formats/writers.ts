import { chatCursor } from './chat-cursor.ts';
import { formats } from './formats.ts';
import { FrameWriter } from './frame-writer.ts';

type FormatName = keyof typeof formats;

/** One writer for each format, so that its streams share what is encoded; and one for answers of the chat. */
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
