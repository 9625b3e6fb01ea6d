/** `2026-11-22T10:00:00Z`, as the API writes moments. */
export const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** The same, or null when there is no such moment. */
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** With milliseconds, as pushes write moments. */
export const isoMs = (at: number): string => new Date(at).toISOString();
