/** What a page of history weighs at most, in bytes, but for its last entry: whoever is behind holds one at a time. */
export const PAGE_BYTES = 1024 * 1024;
