import { ApiError } from '../errors/api-error.ts';

/**
 * Refuses a request for another name than ours. A page from anywhere can make its own name resolve
 * to loopback and would then count as the same origin; what it cannot do is send our name.
 * @param allowedHosts names without a port, in lower case.
 * @throws ApiError `host_not_allowed`.
 */
export function guardHost(request: Request, allowedHosts: ReadonlySet<string>): void {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  const name = host.replace(/:\d*$/, '').toLowerCase();
  if (allowedHosts.has(name)) return;
  throw new ApiError(
    'host_not_allowed',
    `This server does not answer for "${name.slice(0, 100)}". Whoever runs it can allow the name with ALLOWED_HOSTS.`,
  );
}
