import type { Verdict } from './analyze-regex.ts';
import type { FoundRegexes, KnownRegex } from './collect-regexes.ts';
import type { AllowedDynamicRegex } from './dynamic-regexes.ts';

export interface CheckOptions {
  readonly found: readonly FoundRegexes[];
  readonly analyze: (pattern: string, flags: string) => Verdict;
  /** The patterns already known to be linear, in the form of `formatRegex`. */
  readonly linear: ReadonlySet<string>;
  readonly allowedDynamic: readonly AllowedDynamicRegex[];
}

export interface CheckedRegexes {
  /** The required changes, each with its place and what to do. */
  readonly problems: readonly string[];
  /** All linear patterns in the form of `formatRegex`, sorted. */
  readonly linear: readonly string[];
  /** The number of newly analysed patterns in `linear`. */
  readonly analyzed: number;
}

/** Checks that every regular expression takes linear time on any text. */
export function checkRegexes(options: CheckOptions): CheckedRegexes {
  const problems: string[] = [];
  const linear = new Set<string>();
  const verdicts = new Map<string, Verdict>();
  const known = options.found.flatMap((file) => file.known);
  for (const regex of known) {
    const key = formatRegex(regex);
    if (options.linear.has(key)) {
      linear.add(key);
      continue;
    }
    const verdict = verdicts.get(key) ?? options.analyze(regex.pattern, regex.flags);
    verdicts.set(key, verdict);
    if (verdict.kind === 'linear') linear.add(key);
    else problems.push(describe(regex, verdict));
  }
  problems.push(...checkDynamic(options));
  return { problems, linear: [...linear].sort(), analyzed: verdicts.size };
}

/** Formats a regular expression as a literal. */
function formatRegex({ pattern, flags }: Pick<KnownRegex, 'pattern' | 'flags'>): string {
  return `/${pattern}/${flags}`;
}

function describe(regex: KnownRegex, verdict: Exclude<Verdict, { kind: 'linear' }>): string {
  const location = `${regex.file}:${regex.line}: ${formatRegex(regex)}`;
  if (verdict.kind === 'unknown') {
    return `${location}\n  could not be analysed (${verdict.reason}). Make it simpler, or replace it by a scan or a parser.`;
  }
  return `${location}\n  takes ${verdict.complexity} time, for instance on ${verdict.attack}. Anchor it, let no two quantifiers match the same text, or replace it by a scan or a parser.`;
}

function checkDynamic({ found, allowedDynamic }: CheckOptions): readonly string[] {
  const dynamic = found.flatMap((file) => file.dynamic);
  const unknown = dynamic.filter((each) => !allowedDynamic.some((other) => isSame(each, other)));
  const gone = allowedDynamic.filter((each) => !dynamic.some((other) => isSame(each, other)));
  return [
    ...unknown.map(
      ({ file, line, code }) =>
        `${file}:${line}: ${code}\n  is put together at run time. Use a literal or RegExp.escape, or list it in dynamic-regexes.ts with the reason why it is linear.`,
    ),
    ...gone.map(
      ({ file, code }) =>
        `${file}: ${code} is not there any more. Remove it from dynamic-regexes.ts.`,
    ),
  ];
}

interface Dynamic {
  readonly file: string;
  readonly code: string;
}

function isSame(one: Dynamic, other: Dynamic): boolean {
  return one.file === other.file && one.code === other.code;
}
