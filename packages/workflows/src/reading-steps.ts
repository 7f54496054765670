import { z } from 'zod';

/** The step that finds out whom the token belongs to. */
export const AUTHENTICATE = 'authenticate';
export const authenticatedSchema = z.object({ login: z.string().nullable() });

/** The step that reads the issue and its comments. */
export const READ_ISSUE = 'read-issue';
