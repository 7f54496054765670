export { CreateError, type CreateErrorCode } from './create-error.ts';
export { createProject, type ProjectOptions } from './create-project.ts';
export { type Template, templates } from './templates.ts';
