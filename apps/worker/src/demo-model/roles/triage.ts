import { summarise } from '../drafting/summary.ts';
import type { Issue, IssueKind } from '../thinking/issue-text.ts';
import { shortened } from '../thinking/issue-text.ts';

const longestSummary = 400;

const kinds: Readonly<Record<IssueKind, string>> = {
  bug: 'bug',
  slowness: 'performance',
  feature: 'feature',
  documentation: 'documentation',
  question: 'question',
};

/** What words of an issue speak for how much harm it does, the worst first. */
const harms: readonly { readonly severity: string; readonly words: RegExp }[] = [
  {
    severity: 'critical',
    words:
      /\b(?:data loss|(?:lost|loses?|losing) (?:data|events|files|messages|work)|corrupt|security|vulnerab|leaks? (?:secret|key|token))/i,
  },
  {
    severity: 'high',
    words: /\b(?:crash|hangs?\b|cannot (?:be )?(?:use|start|open)|for ?ever\b|stuck\b|unusable)/i,
  },
];

/** Classifies an issue by its words alone, as the JSON that a triager answers with. */
export function triage(issue: Issue): string {
  const about = `${issue.title}\n${issue.text}`;
  const reported = issue.kind === 'bug' || issue.kind === 'slowness';
  const harm = harms.find(({ words }) => words.test(about))?.severity ?? 'medium';
  return JSON.stringify({
    kind: kinds[issue.kind],
    severity: reported ? harm : 'low',
    summary: shortened(`${sentence(issue.title)} ${summarise(issue)}`, longestSummary),
  });
}

function sentence(title: string): string {
  return /[.!?…]$/.test(title) ? title : `${title}.`;
}
