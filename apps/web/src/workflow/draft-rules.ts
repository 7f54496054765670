import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import { defaultRehypePlugins, type StreamdownProps } from 'streamdown';

type Plugins = NonNullable<StreamdownProps['rehypePlugins']>;

/** The protocol that streamdown gives to incomplete links and images. */
const UNFINISHED = 'streamdown';
/** Elements that could load an image from an address that the user has not confirmed. */
const OTHER_SOURCES = new Set(['picture', 'source']);

/**
 * Sanitises a model's Markdown and HTML: no scripts, frames, forms or styles; links only to the web
 * and to mail.
 * @param prefix precedes each id, so that ids do not collide with the page or another draft.
 */
export function draftRules(prefix: string): Plugins {
  const { raw, harden } = defaultRehypePlugins;
  if (raw === undefined || harden === undefined)
    throw new Error('streamdown does not have the expected plugins.');
  const schema = {
    ...defaultSchema,
    clobberPrefix: prefix,
    tagNames: defaultSchema.tagNames?.filter((name) => !OTHER_SOURCES.has(name)) ?? [],
    protocols: {
      href: ['http', 'https', 'mailto', UNFINISHED],
      src: ['http', 'https', UNFINISHED],
    },
    attributes: {
      ...defaultSchema.attributes,
      code: [...(defaultSchema.attributes?.['code'] ?? []), 'metastring'],
    },
  };
  return [raw, [rehypeSanitize, schema], harden];
}
