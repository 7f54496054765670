import type { Diagnostics } from 'recheck';

/** The result of an analysis of a pattern's run time. */
export type Verdict =
  | { readonly kind: 'linear' }
  | {
      readonly kind: 'slow';
      /** For instance `exponential`, `2nd degree polynomial`. */
      readonly complexity: string;
      /** A JavaScript expression for a text on which the pattern is slow. */
      readonly attack: string;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Far above the analysis time of any readable pattern, even on a busy machine. */
const TIMEOUT_MS = 60_000;

/** Flags that do not change the run time of a pattern, and that the analysis may not know. */
const WITHOUT_EFFECT = /[dgv]/g;

/**
 * Analyses the longest time that a search with a pattern can take. Runs in this process, without a
 * network.
 */
export async function loadAnalyzer(): Promise<(pattern: string, flags: string) => Verdict> {
  // Otherwise it searches for a Java runtime or a native program to run in another process.
  process.env['RECHECK_SYNC_BACKEND'] = 'pure';
  const { checkSync } = await import('recheck');
  return (pattern, flags) => {
    const unicode = flags.includes('v') && !flags.includes('u') ? 'u' : '';
    const known = flags.replaceAll(WITHOUT_EFFECT, '') + unicode;
    return verdictOf(checkSync(pattern, known, { timeout: TIMEOUT_MS }));
  };
}

function verdictOf(diagnostics: Diagnostics): Verdict {
  switch (diagnostics.status) {
    case 'safe':
      return { kind: 'linear' };
    case 'vulnerable': {
      const { complexity, attack } = diagnostics;
      return { kind: 'slow', complexity: complexity.summary, attack: attack.pattern };
    }
    case 'unknown': {
      const { error } = diagnostics;
      const detail = 'message' in error ? `: ${error.message}` : '';
      return { kind: 'unknown', reason: `${error.kind}${detail}` };
    }
  }
}
