import { formats } from './formats/index.ts';
import { FrameWriter } from './frame-writer.ts';

export type FormatName = keyof typeof formats;

/** One writer for each format, so that its streams share what is encoded. */
export type Writers = Readonly<Record<FormatName, FrameWriter>>;

export function makeWriters(): Writers {
  return {
    native: new FrameWriter(formats.native),
    simple: new FrameWriter(formats.simple),
    thread: new FrameWriter(formats.thread),
    chat: new FrameWriter(formats.chat),
  };
}
