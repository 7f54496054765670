import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** The beginning of zod's own messages; all other messages were written for people. */
const BY_ZOD = /^(?:Invalid|Too (?:small|big)|Unrecognized)\b/;
const MISSING = / received undefined$/;
/** The maximum number of names or values in one sentence. */
const MAX_NAMES = 10;
const MAX_NAME_CHARS = 80;
const MAX_PROBLEMS = 20;
/** Limits the message even if every sentence lists the valid values. */
const MAX_CHARS = 1500;

const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/**
 * Describes for a person what is wrong with an input, field by field: at most 20 problems in about
 * 1,500 characters, and the number of further problems.
 * @param whole the name of the input as a whole. Default: `The input`.
 */
export function describeIssues({ issues }: z.ZodError, whole = 'The input'): string {
  const relevant = relevantIssues(issues);
  const sentences: string[] = [];
  let chars = 0;
  for (const issue of relevant.slice(0, MAX_PROBLEMS)) {
    const text = describeIssue(issue, whole);
    if (sentences.length > 0 && chars + text.length > MAX_CHARS) break;
    sentences.push(text);
    chars += text.length;
  }
  const more = relevant.length - sentences.length;
  return [...sentences, ...(more > 0 ? [`There are ${more} more problems.`] : [])].join(' ');
}

function describeIssue(issue: Issue, whole: string): string {
  const { code, path, message } = issue;
  const name = nameOf(path);
  if (code === 'custom' || !BY_ZOD.test(message))
    return name === '' ? message : `${name}: ${message}`;
  return `${name === '' ? whole : name} ${problemOf(issue)}.`;
}

/**
 * Drops the custom issues of an object with unknown fields, because they usually follow from them.
 */
function relevantIssues(issues: readonly Issue[]): readonly Issue[] {
  const misspelt = new Set(
    issues.flatMap(({ code, path }) => (code === 'unrecognized_keys' ? [nameOf(path)] : [])),
  );
  const isRelevant = ({ code, path }: Issue) => code !== 'custom' || !misspelt.has(nameOf(path));
  return issues.filter(isRelevant).toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ code }: Issue): number {
  return code === 'unrecognized_keys' ? 0 : 1;
}

/** Formats a path as `history[0].question`. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${shown(String(step))}`))
    .join('')
    .replace(/^\./, '');
}

function problemOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (MISSING.test(issue.message)) return 'is missing';
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return boundOf(
        issue.origin,
        issue.inclusive === false ? 'more than' : 'at least',
        issue.minimum,
      );
    case 'too_big':
      return boundOf(
        issue.origin,
        issue.inclusive === false ? 'less than' : 'at most',
        issue.maximum,
      );
    case 'invalid_value':
      return oneOf(issue.values);
    case 'unrecognized_keys':
      return `has fields that are not known: ${listed(issue.keys)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'must be a URL' : 'does not have the right form';
    case 'invalid_union':
      return 'options' in issue && issue.options !== undefined
        ? oneOf(issue.options)
        : alternativesOf(issue.errors);
    default:
      return 'does not fit';
  }
}

function boundOf(origin: string, relation: string, bound: number | bigint): string {
  if (origin === 'string') return `must have ${relation} ${counted(bound, 'character')}`;
  if (origin === 'array' || origin === 'set')
    return `must have ${relation} ${counted(bound, 'entry', 'entries')}`;
  return `must be ${relation} ${bound}`;
}

function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${count} ${Number(count) === 1 ? one : many}`;
}

function oneOf(values: readonly unknown[]): string {
  const [only] = values;
  if (values.length === 1) return `must be ${JSON.stringify(only)}`;
  return `must be one of: ${values.map(String).join(', ')}`;
}

/** Lists names that a client sent. */
function listed(names: readonly string[]): string {
  const list = names.slice(0, MAX_NAMES).map(shown).join(', ');
  return names.length > MAX_NAMES ? `${list} and ${names.length - MAX_NAMES} more` : list;
}

function shown(name: string): string {
  return name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS)}…` : name;
}

/** Describes what each form of a union requires, if the forms have one simple problem each. */
function alternativesOf(errors: readonly (readonly Issue[])[]): string {
  const problems = errors.flatMap(([first, ...more]) =>
    first === undefined || more.length > 0 || first.path.length > 0 ? [] : [problemOf(first)],
  );
  if (problems.length === 0 || problems.length < errors.length) return 'does not fit';
  if (problems.every((problem) => problem === 'is missing')) return 'is missing';
  return [...new Set(problems)].join(' or ');
}
