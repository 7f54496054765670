import { join } from 'node:path';

/** The root of the repository. */
export const root = join(import.meta.dirname, '../../..');

/** The pages that people write. */
export const pages = join(root, 'docs');

/** Where the pages are collected, together with the API reference, before they are built. */
export const collected = join(import.meta.dirname, '../.site');

/** Where the finished site is. */
export const site = join(root, 'dist/docs');
