import { createHash } from 'node:crypto';

/**
 * What a deal is claimed by in the journal (`journal.claims`), by *Create or Update* and by Order Sync alike, so that both together make one.
 * @param key what tells the deals of an account apart, as the service's *Create or Update* does
 */
export const dealClaim = (key: string): string => createHash('sha256').update(`deal ${key}`).digest('base64url');
