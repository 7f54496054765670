import type { RepositoryTarget } from '@runtape/github-workflows/contract';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { useFeatures } from '../session/permissions.ts';
import { type Read, readRepository } from '../home/read-target.ts';
import { inputLook } from '../ui/field.tsx';

export interface TargetDraft {
  readonly kind: RepositoryTarget['kind'];
  readonly name: string;
}

const kinds = {
  sample: { name: 'Runtape’s own code', label: '', placeholder: '' },
  github: { name: 'A repository on GitHub', label: 'Repository', placeholder: 'owner/repo' },
  local: { name: 'A folder', label: 'Folder', placeholder: '/home/me/project' },
} as const;

export function TargetChoice(props: {
  readonly draft: TargetDraft;
  readonly onChange: (draft: TargetDraft) => void;
  readonly describedBy: string;
  readonly isInvalid: boolean;
}): ReactNode {
  const { draft, onChange, describedBy, isInvalid } = props;
  const features = useFeatures();
  const offered = Object.entries(kinds).filter(
    ([kind]) => kind !== 'local' || draft.kind === 'local' || features?.folders === true,
  );
  const { label, placeholder } = kinds[draft.kind];
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
      <select
        aria-label="What the question is about"
        className={clsx(
          inputLook,
          'h-9 w-auto max-w-full border-transparent bg-transparent px-2 py-1 text-sm text-muted-foreground hover:bg-muted',
        )}
        value={draft.kind}
        onChange={({ target }) => {
          const kind = toKind(target.value);
          onChange({ kind, name: kind === draft.kind ? draft.name : '' });
        }}
      >
        {offered.map(([kind, { name }]) => (
          <option key={kind} value={kind}>
            {kind === 'github' && features?.privateRepositories === false
              ? 'A public repository on GitHub'
              : name}
          </option>
        ))}
      </select>
      {draft.kind !== 'sample' && (
        <input
          aria-label={label}
          aria-describedby={describedBy}
          aria-invalid={isInvalid}
          className={clsx(
            inputLook,
            'h-9 w-auto max-w-full min-w-40 flex-1 py-1 font-mono text-sm',
          )}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={draft.name}
          onChange={({ target }) => onChange({ ...draft, name: target.value })}
        />
      )}
    </div>
  );
}

function toKind(value: string): TargetDraft['kind'] {
  return value === 'github' || value === 'local' ? value : 'sample';
}

/**
 * Reads the target as it was typed.
 * @param webHost the host of GitHub's pages. Default: github.com.
 */
export function readTarget({ kind, name }: TargetDraft, webHost?: string): Read<RepositoryTarget> {
  if (kind === 'sample') return { ok: true, target: { kind } };
  if (name.trim() === '') {
    const message = `Enter the ${kind === 'github' ? 'repository as owner/repo' : 'full path of the folder'}.`;
    return { ok: false, message };
  }
  const read = readRepository(name, webHost);
  if (!read.ok || read.target.kind === kind) return read;
  return {
    ok: false,
    message:
      kind === 'github'
        ? 'That is not a repository on GitHub. Enter owner/repo.'
        : 'Enter the full path of the folder on the machine of the server.',
  };
}

export function toDraft(target: RepositoryTarget): TargetDraft {
  switch (target.kind) {
    case 'sample':
      return { kind: 'sample', name: '' };
    case 'github':
      return { kind: 'github', name: `${target.owner}/${target.repo}` };
    case 'local':
      return { kind: 'local', name: target.path };
  }
}
