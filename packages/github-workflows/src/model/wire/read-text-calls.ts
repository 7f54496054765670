import { findJsonObjects } from './find-json.ts';
import { asRecord, type ForeignObject } from './foreign-json.ts';

const MAX_CHARS = 50_000;
const MAX_PARAMETERS = 50;
const NAME_FIELDS = ['name', 'tool', 'tool_name', 'function'];
const ARGUMENT_FIELDS = ['arguments', 'parameters', 'args', 'input', 'arguments_json'];
/** The forms of single arguments from models that do not write JSON. */
const PARAMETERS = [
  { before: '<parameter=', between: '>', after: '</parameter>' }, // Qwen Coder
  { before: '<parameter name="', between: '">', after: '</parameter>' }, // Anthropic's old form
  { before: '<arg_key>', between: '</arg_key>', after: '</arg_value>' }, // GLM
] as const;
const VALUE_TAG = '<arg_value>';

/** A parsed call. */
export interface TextCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

/**
 * Reads tool calls that a model wrote as text.
 * @param known names of the offered tools; other names are not calls.
 * @returns the calls; empty when none can be read.
 */
export function readTextCalls(text: string, known: ReadonlySet<string>): TextCall[] {
  const written = text.slice(0, MAX_CHARS);
  const calls: TextCall[] = [];
  let last = 0;
  for (const { value, start, end } of findJsonObjects(written)) {
    const name = nameIn(value, known);
    const before = lastNameIn(written.slice(last, start), known);
    last = end;
    if (name !== null) calls.push({ name, arguments: argumentsIn(value) });
    else if (before !== null) calls.push({ name: before, arguments: JSON.stringify(value) });
  }
  if (calls.length === 0) calls.push(...callsInTags(written, known));
  return calls;
}

/** Whether a whole answer is one bare JSON call, which some models write without any tag. */
export function isBareCall(text: string, known: ReadonlySet<string>): boolean {
  const trimmed = text.trim();
  const begins = /^(?:```(?:json)?\s{0,9})?[[{]/.test(trimmed.slice(0, 20));
  if (!begins || trimmed.length > MAX_CHARS) return false;
  const objects = findJsonObjects(trimmed);
  const end = objects.at(-1)?.end ?? 0;
  // Nothing follows but the end of a list or a fence.
  const isAlone = trimmed.slice(end).replaceAll(/[\]`\s]/g, '') === '';
  return (
    isAlone &&
    objects.length > 0 &&
    objects.every(({ value }) => nameIn(value, known) !== null && hasArguments(value))
  );
}

function nameIn(value: unknown, known: ReadonlySet<string>): string | null {
  const object = asRecord(value);
  for (const field of NAME_FIELDS) {
    const name = object[field];
    const inner = asRecord(name)['name'] ?? name;
    if (typeof inner === 'string' && known.has(bare(inner))) return bare(inner);
  }
  return null;
}

/** Shortens `functions.read_file:0` to `read_file`. */
function bare(name: string): string {
  const withoutNumber = name.slice(0, 200).split(':')[0] ?? '';
  return withoutNumber.split('.').at(-1)?.trim() ?? '';
}

function hasArguments(value: unknown): boolean {
  return ARGUMENT_FIELDS.some((field) => holderOf(value)[field] !== undefined);
}

function argumentsIn(value: unknown): string {
  const holder = holderOf(value);
  const field = ARGUMENT_FIELDS.find((one) => holder[one] !== undefined);
  const given = field === undefined ? {} : holder[field];
  return typeof given === 'string' ? given : JSON.stringify(given);
}

/**
 * The object with name and arguments: `{function: {name, arguments}}` as in the protocol, or flat.
 */
function holderOf(value: unknown): ForeignObject {
  const object = asRecord(value);
  const inner = object['function'];
  return typeof inner === 'object' && inner !== null ? asRecord(inner) : object;
}

function lastNameIn(text: string, known: ReadonlySet<string>): string | null {
  const last = [...known]
    .map((name) => ({ name, at: text.lastIndexOf(name) }))
    .filter(({ at }) => at !== -1)
    .sort((a, b) => a.at - b.at)
    .at(-1);
  return last?.name ?? null;
}

function callsInTags(
  text: string,
  known: ReadonlySet<string>,
): { name: string; arguments: string }[] {
  // Each of several calls has its own tag within the outer one.
  const pieces = text
    .split(/<(?:tool_call|function=|invoke )/)
    .filter((piece) => piece.trim() !== '');
  return pieces.flatMap((piece) => {
    const firstTag = PARAMETERS.map(({ before }) => piece.indexOf(before)).filter(
      (at) => at !== -1,
    );
    const head = piece.slice(0, Math.min(piece.length, 300, ...firstTag));
    const name = lastNameIn(head, known);
    return name === null ? [] : [{ name, arguments: JSON.stringify(parametersIn(piece)) }];
  });
}

function parametersIn(text: string): Record<string, string> {
  const found: [string, string][] = [];
  for (const { before, between, after } of PARAMETERS) {
    for (let at = text.indexOf(before); at !== -1 && found.length < MAX_PARAMETERS;) {
      const nameEnd = text.indexOf(between, at);
      const end = text.indexOf(after, at);
      if (nameEnd === -1 || end === -1) break;
      const name = text.slice(at + before.length, nameEnd).trim();
      const value = text.slice(nameEnd + between.length, end).trim();
      at = text.indexOf(before, end);
      found.push([
        name,
        value.startsWith(VALUE_TAG) ? value.slice(VALUE_TAG.length).trim() : value,
      ]);
    }
  }
  return Object.fromEntries(found);
}
