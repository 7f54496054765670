import type { Permission } from '@runtape/github-workflows/contract';
import { z } from 'zod';

const MIN_SECRET_LENGTH = 32;
/** Values that are probably meant as `nobody` or `everybody`, and so are refused as user ids. */
const LOOKALIKES = /^(?:\*|0|1|true|false|yes|no|on|off|all|any|none|anyone|anybody|everyone)$/i;
const PERMISSION_FORM =
  'must be nobody, everybody, or user ids, separated by commas or as a JSON list';

const jwksUrlSchema = z.url({ protocol: /^https?$/, error: 'must be an https:// URL' });

/** The access settings of servers and workers. Each denies access if it is missing. */
export const accessEnvShape = {
  AUTH_SECRET: z
    .string()
    .min(MIN_SECRET_LENGTH, `must have at least ${MIN_SECRET_LENGTH} characters`)
    .optional()
    .describe(
      'Turns accounts on: users sign in with a JWT that is signed with this secret (HS256), and see their own workflows.',
    ),
  AUTH_JWKS_URL: jwksUrlSchema
    .optional()
    .describe(
      'Also turns accounts on: the URL where an identity provider publishes its keys. Its JWTs are accepted. Needs AUTH_ISSUER and AUTH_AUDIENCE.',
    ),
  AUTH_ISSUER: z
    .string()
    .optional()
    .describe(
      'The iss that a JWT must have. Without AUTH_JWKS_URL it is optional, and any is accepted.',
    ),
  AUTH_AUDIENCE: z
    .string()
    .optional()
    .describe(
      'The aud that a JWT must have. Without AUTH_JWKS_URL it is optional, and any is accepted.',
    ),
  MAY_POST: permission(
    'Who may post comments to GitHub: nobody, everybody, or user ids separated by commas. Default: nobody with accounts, everybody without.',
  ),
  MAY_READ_PRIVATE: permission(
    'Who may have private and internal repositories read with GITHUB_TOKEN. Values and default as for MAY_POST.',
  ),
  MAY_CHOOSE_MODEL: permission(
    'Who may choose the model of a role. Values and default as for MAY_POST.',
  ),
} as const;

/** The non-empty settings. */
type Values = Readonly<Record<string, string | undefined>>;

/** A problem with a setting, as text to put after its name. */
export interface SettingProblem {
  readonly name: string;
  readonly message: string;
}

export function hasAccounts(env: {
  readonly AUTH_SECRET?: string | undefined;
  readonly AUTH_JWKS_URL?: string | undefined;
}): boolean {
  return env.AUTH_SECRET !== undefined || env.AUTH_JWKS_URL !== undefined;
}

/** Finds settings that have no or less effect without another one. */
export function findIncomplete(values: Values): readonly SettingProblem[] {
  const problems: SettingProblem[] = [];
  const { AUTH_SECRET: secret, AUTH_JWKS_URL: jwks } = values;
  for (const name of ['AUTH_ISSUER', 'AUTH_AUDIENCE'] as const) {
    const claim = name === 'AUTH_ISSUER' ? 'iss' : 'aud';
    if (values[name] === undefined) {
      if (jwks === undefined) continue;
      const message = `missing. AUTH_JWKS_URL needs it: the ${claim} of the provider's tokens for this server`;
      problems.push({ name, message });
    } else if (secret === undefined && jwks === undefined) {
      const message =
        'has no effect by itself. Set AUTH_SECRET or AUTH_JWKS_URL, which turn accounts on';
      problems.push({ name, message });
    }
  }
  if (secret !== undefined && secret !== secret.trim()) {
    const message = 'begins or ends with a blank or a line break. Remove it';
    problems.push({ name: 'AUTH_SECRET', message });
  }
  return problems;
}

function permission(description: string) {
  return z.string().transform(parsePermission).optional().describe(description);
}

function parsePermission(text: string, context: z.RefinementCtx): Permission {
  if (text === 'nobody' || text === 'everybody') return text;
  const users = text.startsWith('[') ? parseList(text) : text.split(',').map((id) => id.trim());
  const isList = users !== null && users.length > 0 && users.every((id) => id !== '');
  const isPlain = users?.every((id) => !isLookalike(id)) ?? false;
  if (isList && (isPlain || text.startsWith('['))) return users;
  context.addIssue(PERMISSION_FORM);
  return z.NEVER;
}

function isLookalike(id: string): boolean {
  return LOOKALIKES.test(id) || /^(?:nobody|everybody)$/i.test(id);
}

function parseList(text: string): readonly string[] | null {
  try {
    const { success, data } = z.array(z.string()).safeParse(JSON.parse(text));
    return success ? data : null;
  } catch {
    return null;
  }
}
