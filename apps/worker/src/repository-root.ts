import { join } from 'node:path';

/** This repository: the samples are about its code. */
export const repositoryRoot = join(import.meta.dirname, '../../..');
