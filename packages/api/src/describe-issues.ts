import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** How zod begins what it says by itself; anything else was written for people. */
const BY_ZOD = /^(?:Invalid|Too (?:small|big)|Unrecognized)\b/;
const MISSING = / received undefined$/;
const MAX_NAMES = 30;

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
 * What is wrong with an input, field by field, for a person.
 * @param whole what to call the input as a whole. Default: `The input`.
 */
export function describeIssues({ issues }: z.ZodError, whole = 'The input'): string {
  return tellingOf(issues)
    .map((issue) => describeIssue(issue, whole))
    .join(' ');
}

function describeIssue(issue: Issue, whole: string): string {
  const { path, message } = issue;
  const name = nameOf(path);
  if (!BY_ZOD.test(message)) return name === '' ? message : `${name}: ${message}`;
  return `${name === '' ? whole : name} ${problemOf(issue)}.`;
}

/** What is said of a field beside that there are unknown ones in it is most often said because of them. */
function tellingOf(issues: readonly Issue[]): readonly Issue[] {
  const misspelt = new Set(
    issues.flatMap(({ code, path }) => (code === 'unrecognized_keys' ? [nameOf(path)] : [])),
  );
  const isTelling = ({ code, path }: Issue) => code !== 'custom' || !misspelt.has(nameOf(path));
  return issues.filter(isTelling).toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ code }: Issue): number {
  return code === 'unrecognized_keys' ? 0 : 1;
}

/** `history[0].question`. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
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
      return `has fields that are not known: ${issue.keys.slice(0, MAX_NAMES).join(', ')}`;
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
  return `must be one of: ${values.slice(0, MAX_NAMES).map(String).join(', ')}`;
}

/** Of several forms that a field may have, what it would take to have one of them. */
function alternativesOf(errors: readonly (readonly Issue[])[]): string {
  const problems = errors.flatMap(([first, ...more]) =>
    first === undefined || more.length > 0 || first.path.length > 0 ? [] : [problemOf(first)],
  );
  if (problems.length === 0 || problems.length < errors.length) return 'does not fit';
  if (problems.every((problem) => problem === 'is missing')) return 'is missing';
  return [...new Set(problems)].join(' or ');
}
