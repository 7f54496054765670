import { z } from 'zod';
import { parseJson } from './foreign-json.ts';

/** Longer arguments are rejected without parsing. */
const MAX_CHARS = 20_000;

/** The arguments of a tool call: always a JSON object. */
export type CallArguments = Readonly<Record<string, z.core.util.JSONType>>;

const objectSchema = z.record(z.string(), z.json());

/**
 * Parses the arguments of a tool call as models write them: empty or `null`, JSON encoded or sent
 * twice, with trailing commas, raw line breaks in strings, or a code fence around it.
 * @returns `null` if they are not a JSON object, for example if they were cut off.
 */
export function readArguments(text: string): CallArguments | null {
  const trimmed = text.trim();
  if (trimmed === '') return {};
  if (trimmed.length > MAX_CHARS) return null;
  for (const candidate of candidatesIn(trimmed)) {
    const value = parseLeniently(candidate);
    // Encoded twice: a string that contains the object.
    const inner = typeof value === 'string' ? parseLeniently(value) : value;
    if (inner === null) return {};
    const read = readObject(inner);
    if (read !== null) return read;
  }
  return null;
}

function readObject(value: unknown): CallArguments | null {
  try {
    return objectSchema.safeParse(value).data ?? null;
  } catch {
    // Nested too deeply to validate.
    return null;
  }
}

/**
 * Parses JSON; if that fails, again without trailing commas and with line breaks in strings
 * escaped.
 * @returns `undefined` when it is not JSON.
 */
export function parseLeniently(text: string): unknown {
  return parseJson(text) ?? (text.trim() === 'null' ? null : parseJson(repaired(text)));
}

function candidatesIn(text: string): string[] {
  const half = text.slice(0, text.length / 2);
  return [
    text,
    // Some gateways send an empty object before the pieces.
    ...(text.startsWith('{}') ? [text.slice(2)] : []),
    ...(text.length % 2 === 0 && text === half + half ? [half] : []),
    ...(text.startsWith('```')
      ? [text.slice(text.indexOf('\n') + 1, text.lastIndexOf('```'))]
      : []),
  ];
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A single pass: each comma is held back until the next character is known. */
function repaired(text: string): string {
  const pieces: string[] = [];
  let held = '';
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (inText) {
      const isEscape = character === '\\';
      pieces.push(isEscape ? text.slice(at, at + 2) : (ESCAPES[character] ?? character));
      if (isEscape) at += 1;
      if (character === '"') inText = false;
    } else if (character === ',') {
      pieces.push(held);
      held = character;
    } else if (held !== '' && character.trim() === '') {
      continue;
    } else {
      if (character !== '}' && character !== ']') pieces.push(held);
      held = '';
      pieces.push(character);
      if (character === '"') inText = true;
    }
  }
  return pieces.join('');
}
