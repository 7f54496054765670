/** What one answer with events weighs at most, in bytes, but for its last event; and how much of a log is folded at a time. */
export const PAGE_BYTES = 1024 * 1024;
