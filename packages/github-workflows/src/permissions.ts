import type { StartedBy, WorkflowContext } from '@runtape/engine';
import { fatal } from './failures.ts';
import type { IssueWorkflowDependencies } from './dependencies.ts';

/** The permissions of the user who started a workflow. */
export interface WorkflowPermissions {
  /** May post comments to GitHub. */
  readonly post: boolean;
  /** May have private repositories read with the token. */
  readonly readPrivate: boolean;
  /** May choose other models. */
  readonly chooseModel: boolean;
  /** May have folders of this machine read. */
  readonly readFolders: boolean;
}

/** The default permissions: none for users; all on servers without users. */
export function denyUsers({ userId }: StartedBy): WorkflowPermissions {
  const isAllowed = userId === null;
  return {
    post: isAllowed,
    readPrivate: isAllowed,
    chooseModel: isAllowed,
    readFolders: isAllowed,
  };
}

/**
 * The dependencies that a workflow may use, depending on the user who started it. The server checks
 * the same, but may be older or have other settings.
 */
export function permittedDependencies<Parts extends IssueWorkflowDependencies>(
  { startedBy }: Pick<WorkflowContext, 'startedBy'>,
  dependencies: Parts,
): Parts & { readonly may: WorkflowPermissions } {
  const may = dependencies.mayDo(startedBy);
  return {
    ...dependencies,
    may,
    allowLocal: dependencies.allowLocal && may.readFolders,
    github: may.readPrivate ? dependencies.github : dependencies.publicGithub,
  };
}

/** @throws FatalError `post_not_allowed`. */
export function requirePostPermission({ post }: WorkflowPermissions): void {
  if (post) return;
  throw fatal(
    'post_not_allowed',
    'The person who started this may not post to GitHub. Start again without posting, or add them to MAY_POST on servers and workers.',
  );
}

/** @throws FatalError `model_not_allowed`. */
export function requireModelChoice({ chooseModel }: WorkflowPermissions): void {
  if (chooseModel) return;
  throw fatal(
    'model_not_allowed',
    'The person who started this may not choose models. Start again without a model, or add them to MAY_CHOOSE_MODEL on servers and workers.',
  );
}
