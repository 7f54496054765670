import { join } from 'node:path';

/** The root of this repository, whose code the samples are about. */
export const repositoryRoot = join(import.meta.dirname, '../../..');
