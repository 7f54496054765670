import type { formatNames } from '@runtape/contract';
import type { SseFormat } from './format.ts';
import { FormatEncoder } from './format-encoder.ts';
import { native } from './native-format.ts';
import { textReader } from './outcome.ts';
import { simpleFormat } from './simple-format.ts';
import { threadFormat } from './thread-format.ts';

/**
 * One encoder per format, by the values of `?format=`, so that streams share encoded frames.
 */
export type FormatEncoders = ReadonlyMap<string, FormatEncoder>;

/**
 * @param more the formats of plugins, by name
 * @param textFields fields of results that hold their text
 */
export function makeFormatEncoders(
  more: Readonly<Record<string, SseFormat>>,
  textFields: readonly string[],
): FormatEncoders {
  const textOf = textReader(textFields);
  const own: Readonly<Record<(typeof formatNames)[number], SseFormat>> = {
    native,
    simple: simpleFormat(textOf),
    thread: threadFormat(textOf),
  };
  const formats = Object.entries({ ...more, ...own });
  return new Map(formats.map(([name, format]) => [name, new FormatEncoder(format)]));
}
