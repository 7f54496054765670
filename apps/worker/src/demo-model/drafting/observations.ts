import { declarationIn, isComment, isImport } from '../thinking/code-shape.ts';
import type { Excerpt } from '../thinking/excerpts.ts';
import type { Issue } from '../thinking/issue-text.ts';
import { code } from './markdown.ts';

/** Something a line of code shows by its form alone, and what that may mean to whoever reads it for an issue. */
interface Sign {
  readonly line: RegExp;
  /** Words of an issue that make the sign worth mentioning first. */
  readonly topics: RegExp;
  readonly remark: string;
  /** What one could do about it. */
  readonly check: string;
}

const signs: readonly Sign[] = [
  {
    line: /\bcatch\b|\.catch\(|\bexcept\b|\brescue\b/,
    topics: /error|fail|crash|silent|swallow|exception|ignor|message/i,
    remark: 'catches an error',
    check: 'see whether an error that is caught there still reaches anyone',
  },
  {
    line: /\bsetTimeout\b|\bsetInterval\b|\bsleep\b|delay|timeout|Ms\b|\bDate\.now\b/i,
    topics: /time|second|minute|slow|wait|hang|stuck|delay|forever|late|retry|backoff|interval/i,
    remark: 'depends on time',
    check: 'try it with a clock that is faster, and with one that stands still',
  },
  {
    line: /\bMath\.(?:min|max)\b|\bMAX_|\bmax[A-Z]|limit|\bslice\(|\.length\s*[<>]=?/,
    topics: /limit|large|big|long|huge|many|truncat|cut|size|memory|max/i,
    remark: 'sets a bound',
    check: 'try a value just below that bound and one just above it',
  },
  {
    line: /TextDecoder|TextEncoder|toString\(|Buffer|charCode|codePoint|encod|decod|JSON\.parse/,
    topics: /emoji|unicode|utf|encod|character|garbl|chinese|arabic|json|parse/i,
    remark: 'turns bytes or text into something else',
    check: 'feed it text whose characters take several bytes',
  },
  {
    line: /addEventListener|\.on\(|\.once\(|subscribe|\.off\(|removeListener/i,
    topics: /leak|listener|memory|disconnect|unmount|clean|close|event|subscri/i,
    remark: 'has to do with listeners',
    check: 'count the listeners before and after',
  },
  {
    line: /abort|signal|cancel/i,
    topics: /cancel|abort|stop|interrupt|ctrl/i,
    remark: 'has to do with stopping',
    check: 'stop it at the moment before that line, and at the moment after it',
  },
  {
    line: /\breturn;|\breturn (?:undefined|null|false|None|nil|\[\]|'')[; ]{0,3}$|\bcontinue\b/,
    topics: /missing|lost|nothing|empty|never|skip|disappear|ignor/i,
    remark: 'gives up early, without a result',
    check: 'find out whether the reported case takes that way out',
  },
  {
    line: /(?:\?\?|\|\|)=?\s+(?!\[\]|''|""|\{\}|undefined|null|false|0\b)[\w'"`]/,
    topics: /default|config|option|undefined|unset|environment|variable/i,
    remark: 'falls back to a default',
    check: 'find out whether the default is what applies in the reported case',
  },
  {
    line: /===|!==|<=|>=|\s[<>]\s/,
    topics: /twice|duplicat|double|order|off by one|first|last|number|wrong|reset|trim|ahead/i,
    remark: 'decides by a comparison',
    check: 'write down both sides of that comparison for the reported case',
  },
  {
    line: /\bthrow\b|\breject\(|\braise\b|\bpanic/,
    topics: /error|crash|exception|fail|throw|reject/i,
    remark: 'ends in an error',
    check: 'compare the message of that error with what was reported',
  },
  {
    line: /\bawait\b/,
    topics: /race|twice|concurren|same time|order|parallel/i,
    remark: 'waits, and other things may happen meanwhile',
    check: 'let two of these run at once',
  },
];

export interface Observation {
  readonly line: number;
  readonly sentence: string;
  readonly check: string;
}

const mostObservations = 2;
const longestQuote = 70;

/** What can be seen in the lines of an excerpt without understanding them; what suits the issue first. */
export function observe(excerpt: Excerpt, issue: Issue): Observation[] {
  const about = `${issue.title}\n${issue.text}`;
  const seen = signs.flatMap((sign) => {
    const index = nearestLine(excerpt, sign.line);
    if (index === undefined) return [];
    const line = excerpt.from + index;
    const text = excerpt.lines[index]?.trim() ?? '';
    const quote = text.length <= longestQuote ? ` (${code(text)})` : '';
    return [
      {
        line,
        suits: sign.topics.test(about),
        sentence: `line ${line} ${sign.remark}${quote}`,
        check: sign.check,
      },
    ];
  });
  const suiting = seen.filter(({ suits }) => suits);
  const lines = new Set<number>();
  // For a wish or a question, what merely stands there by chance says nothing.
  const byChance = issue.kind === 'bug' ? seen.slice(0, 1) : [];
  return (suiting.length > 0 ? suiting : byChance)
    .filter(({ line }) => !lines.has(line) && lines.add(line))
    .slice(0, mostObservations)
    .sort((a, b) => a.line - b.line);
}

function nearestLine(excerpt: Excerpt, pattern: RegExp): number | undefined {
  const distance = (index: number): number => Math.abs(excerpt.from + index - excerpt.focus);
  return excerpt.lines
    .flatMap((line, index) => (doesSomething(line) && pattern.test(line) ? [index] : []))
    .sort((a, b) => distance(a) - distance(b))[0];
}

/** What a declaration is called says nothing about what happens in it. */
function doesSomething(line: string): boolean {
  return !isComment(line) && !isImport(line) && declarationIn(line) === undefined;
}
