import type { StartedBy, WorkflowContext } from '@runtape/engine';
import { fatal } from './failures.ts';
import type { IssueWorkflowDependencies } from './dependencies.ts';

/** What whoever started a workflow may do. */
export interface WorkflowPermissions {
  /** Posting comments to GitHub. */
  readonly post: boolean;
  /** Having private repositories read with the token. */
  readonly readPrivate: boolean;
  /** Naming other models. */
  readonly chooseModel: boolean;
  /** Having folders of this machine read. */
  readonly readFolders: boolean;
}

/** Left out, users may do nothing of it; where there are no users, whoever started it may. */
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
 * The dependencies a workflow may use, by who started it. The server checks the same, but may be an
 * older one or have other settings.
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
