import { CreateError } from './create-error.ts';

/** The projects that can be made, each with the folder of its name in `templates`. */
export const templates = {
  hono: 'one file with a Hono server, a page and a worker',
  express: 'the same with Express',
  next: 'a Next app',
} as const;

export type Template = keyof typeof templates;

/** @throws CreateError `invalid_arguments` when there is no such template. */
export function readTemplate(name: string): Template {
  if (isTemplate(name)) return name;
  const known = Object.keys(templates).join(', ');
  throw new CreateError(
    'invalid_arguments',
    `There is no template "${name}". There are: ${known}.`,
  );
}

function isTemplate(name: string): name is Template {
  return Object.hasOwn(templates, name);
}
