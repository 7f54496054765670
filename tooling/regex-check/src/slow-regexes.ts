/** A regular expression that is slow, and still there. */
export interface SlowRegex {
  readonly file: string;
  /** As one would write it: `/pattern/flags`. */
  readonly regex: string;
}

/** Temporary: what was slow when the check came. Mend one, and remove its line; nothing may be added. */
export const slowRegexes: readonly SlowRegex[] = [
  { file: 'packages/event-log-redis/src/keys.ts', regex: String.raw`/\{(.*)\}:metadata$/` },
  { file: 'tooling/demo-model/src/answering/asked-question.ts', regex: String.raw`/\n+$/` },
  {
    file: 'tooling/demo-model/src/drafting/observations.ts',
    regex: String.raw`/\breturn;|\breturn (?:undefined|null|false|None|nil|\[\]|'')\s*;?\s*$|\bcontinue\b/`,
  },
  {
    file: 'tooling/demo-model/src/drafting/summary.ts',
    regex: String.raw`/\b(?:expect\w*|supposed to|would (?:be (?:nice|great|good|useful|helpful)|like|help)|propos\w*|suggest\w*)\b/i`,
  },
  {
    file: 'tooling/demo-model/src/drafting/summary.ts',
    regex: String.raw`/\b(?:steps? to reproduce|to reproduce|reproduction|repro)\b|^[ \t]*1[.)]\s/im`,
  },
  {
    file: 'tooling/demo-model/src/roles/criticise.ts',
    regex: String.raw`/^#+ .*\b(?:next|check|to do|steps)\b.*\n+(?:[-*]|1\.) /im`,
  },
  { file: 'tooling/demo-model/src/roles/read-briefing.ts', regex: String.raw`/^\s*[-*]\s+(.+)$/` },
  {
    file: 'tooling/demo-model/src/roles/read-notes.ts',
    regex: '/^(.+)\\n\\s*\\n(`{3,})[^\\n]*\\n([\\s\\S]*?)\\n\\2[ \\t]*$/gm',
  },
  {
    file: 'tooling/demo-model/src/roles/read-notes.ts',
    regex: '/^\\s*[-*]\\s+`([^`\\s:]+):(\\d{1,7})`\\s*(.*)$/gm',
  },
  {
    file: 'tooling/demo-model/src/roles/role.ts',
    regex: String.raw`/\byou are (?:the|a|an) (?:\w+ )?(triager|researcher|writer|critic)\b/i`,
  },
  {
    file: 'tooling/demo-model/src/roles/triage.ts',
    regex: String.raw`/\bdata loss\b|\b(?:lost|loses?|losing) (?:data|events|files|messages|work)\b|\bcorrupt\w*|\bsecurity\b|\bvulnerab\w+|\bleaks? (?:secrets?|keys?|tokens?)\b/i`,
  },
  {
    file: 'tooling/demo-model/src/roles/triage.ts',
    regex: String.raw`/\bcrash\w*|\bhangs?\b|\bcannot (?:be )?(?:use|start|open)\w*|\bfor ?ever\b|\bstuck\b|\bunusable\b/i`,
  },
  {
    file: 'tooling/demo-model/src/thinking/code-shape.ts',
    regex: String.raw`/^\s+(?:(?:public|private|protected|static|async|override|readonly|get|set)\s+)*\*?(#?[\p{L}_$][\p{L}\p{N}_$]*)\s*(?:<[^>]*>)?\([^(]*\)\s*(?::[^{]+)?\{\s*$/u`,
  },
  {
    file: 'tooling/demo-model/src/thinking/code-shape.ts',
    regex: String.raw`/=\s*(?:async\s+)?(?:function\b|(?:\([^)]*\)|\w+)\s*(?::[^=]+)?=>)/`,
  },
  {
    file: 'tooling/demo-model/src/thinking/issue-text.ts',
    regex: String.raw`/<((?:[a-z_-]{1,20}[_-])?issue)\b[^>]{0,200}>/gi`,
  },
  {
    file: 'tooling/demo-model/src/thinking/issue-text.ts',
    regex: String.raw`/\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instruction|prompt|rule|above|previous)|\bsystem prompt\b|\byou are (?:now|an? (?:ai|assistant|model|bot))|\bas an ai\b|\b(?:reply|respond|answer) (?:only|just)\b|\binstead of (?:a|the|your) (?:comment|draft|answer)\b/i`,
  },
  {
    file: 'tooling/demo-model/src/thinking/issue-text.ts',
    regex: '/(`{1,3})[^`][\\s\\S]{0,2000}?\\1|<\\/?[a-z][^>\\n]{0,500}>/gi',
  },
  {
    file: 'tooling/demo-model/src/thinking/issue-text.ts',
    regex: String.raw`/<!--[\s\S]{0,5000}?-->/g`,
  },
  {
    file: 'tooling/demo-model/src/thinking/issue-text.ts',
    regex: String.raw`/!\[[^\]]{0,300}\]\([^)]{0,500}\)/g`,
  },
  {
    file: 'tooling/demo-model/src/thinking/issue-text.ts',
    regex: String.raw`/\[([^\]]{0,300})\]\([^)]{0,500}\)/g`,
  },
  {
    file: 'tooling/demo-model/src/thinking/issue-text.ts',
    regex: String.raw`/<\/?title\b[^>]{0,100}>/gi`,
  },
  {
    file: 'tooling/demo-model/src/thinking/issue-text.ts',
    regex: '/^(`{3,}|~{3,})[\\s\\S]*?^\\1.*$/gm',
  },
  {
    file: 'tooling/demo-model/src/thinking/issue-text.ts',
    regex: String.raw`/^[ \t]*(?:#+ .*|(?:issue +)?title *:.*|issue +\S{0,100}#\d+.*|[\w #/-]{0,40}:[ \t]*)$/gim`,
  },
  {
    file: 'tooling/demo-model/src/thinking/tool-results.ts',
    regex: String.raw`/^\s*(?:\.\/)?((?:[^\s:]*\/)?[^\s:/]+):(\d+)(?::\d+)?(?:[:-]\s?|\s+|$)(.*)$/`,
  },
  {
    file: 'tooling/demo-model/src/thinking/tool-results.ts',
    regex: String.raw`/^(?!.*\/\/)(?=.*[/.])[\p{L}\p{N}_@.+()[\]/-]+$/u`,
  },
  {
    file: 'tooling/demo-model/src/thinking/tool-results.ts',
    regex: String.raw`/^\s*(?:[-*]\s+)?(?:\.\/)?(\S+?)(?:\s+\(?\d[\d.,]*\s*\w*\)?)?\s*$/`,
  },
  {
    file: 'tooling/demo-model/src/thinking/words.ts',
    regex: String.raw`/^[\w@./-]*?([\w@-][\w.@-]*\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|swift|cs|cpp|[ch]|lua|sql|sh|ya?ml|toml|css|html|vue|svelte))$/`,
  },
  {
    file: 'tooling/demo-model/src/thinking/words.ts',
    regex: String.raw`/(?<![\w/@.-])(?:[\w@-]+\/)+[\w.@-]+|(?<![\w@])[\w-]+\.(?:[cm]?[jt]sx?|py|go|rs|rb|java)\b|\b[a-z][a-z0-9]*[A-Z]\w*\b|\b(?:[A-Z][a-z0-9]+){2,}\b|\b[A-Za-z]\w*_\w+\b/g`,
  },
  { file: 'tooling/demo-model/src/thinking/words.ts', regex: String.raw`/\(.*$/` },
  {
    file: 'tooling/demo-model/src/thinking/words.ts',
    regex: String.raw`/^(?:--|[,;:])+|[.,;:!?]+$/g`,
  },
];
