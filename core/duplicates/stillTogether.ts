import { findDuplicates } from './findDuplicates';
import type { AuditedContact, ConflictReason } from './types';
import type { PhoneRegion } from '../contact/phone';

/** `no_key`: not all of them have a phone or an e-mail in common any more. `different_people`: their names contradict each other. */
export type Together = 'together' | 'no_key' | 'different_people';

/**
 * Whether contacts that somebody has approved as one person may still be one, as they are now. A person may know more than the rules
 * (a married name, a card without a name), but nobody approves of what was different when the list was made.
 */
export function stillTogether(contacts: readonly AuditedContact[], region: PhoneRegion): Together {
	const { groups } = findDuplicates(contacts, region);
	const group = groups.find((each) => each.contacts.length === contacts.length);
	if (group === undefined) return 'no_key';
	if (group.certainty !== 'conflict') return 'together';
	if (group.why.some((why) => contradictions.includes(why))) return 'different_people';
	return group.why.includes('customer_only') ? 'no_key' : 'together';
}

const contradictions: readonly ConflictReason[] = ['different_people', 'shared_line'];
