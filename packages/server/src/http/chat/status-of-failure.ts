/**
 * Codes that a workflow fails with, by the HTTP status of an answer that waited for it. All others
 * are our own failures: 500.
 */
const codesOf: Readonly<Record<number, readonly string[]>> = {
  400: ['invalid_input'],
  403: ['local_not_allowed', 'private_not_allowed'],
  404: ['folder_not_found', 'issue_not_found', 'repository_not_found', 'unknown_sample'],
  409: ['cancelled'],
  410: ['issue_deleted'],
  422: [
    'archive_unsafe',
    'folder_not_readable',
    'model_refused',
    'repository_empty',
    'repository_too_large',
    'repository_without_text',
  ],
  // What the server asked on behalf of the client answered, and was no help.
  502: [
    'agent_bad_answer',
    'archive_unreadable',
    'github_forbidden',
    'github_unauthorized',
    'model_bad_response',
    'model_not_found',
    'model_rejected_request',
    'model_unauthorized',
    'post_failed',
  ],
  // It may answer later.
  503: [
    'github_rate_limited',
    'github_unavailable',
    'model_quota_exhausted',
    'model_rate_limited',
    'model_unavailable',
  ],
};

const statuses = new Map(
  Object.entries(codesOf).flatMap(([status, codes]) =>
    codes.map((code) => [code, Number(status)] as const),
  ),
);

/** The HTTP status that says of a failed workflow whose doing it was. */
export function statusOfFailure(code: string): number {
  return statuses.get(code) ?? 500;
}
