import { z } from 'zod';

const failedSchema = z.object({ error: z.object({ code: z.string() }) });

/** Returns the HTTP status of the answer to a question. */
export function statusOfAnswer(data: object): number {
  const failed = failedSchema.safeParse(data);
  if (!failed.success) return 200;
  return statusOfFailure(failed.data.error.code);
}

/** The codes of failed workflows by HTTP status. All others are failures of the server: 500. */
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
  // GitHub or the model responded, but the response is of no use.
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
  // GitHub or the model may respond later.
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

function statusOfFailure(code: string): number {
  return statuses.get(code) ?? 500;
}
