/**
 * What a page of history weighs at most, in bytes, but for its last entry. Whoever is behind holds one at a time, and what was
 * made of it, also while nothing of it gets through: with hundreds of readers that stand still this is what counts.
 */
export const PAGE_BYTES = 64 * 1024;
