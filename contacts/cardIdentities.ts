import { emailsIn } from '../core/contact/email';
import { phonesIn, type PhoneRegion } from '../core/contact/phone';
import type { Contact } from '../core/ports';
import type { Identity } from '../journal/journal';

/** By what Order Sync would look for the people on these cards. Names as they stand: one phone under two names may be two people. */
export function cardIdentities(
	account: string,
	cards: readonly Pick<Contact, 'name' | 'phones' | 'emails' | 'buyerKey'>[],
	region: PhoneRegion,
): Identity[] {
	return cards.flatMap(({ name, phones, emails, buyerKey }): Identity[] => {
		const as = name.trim() === '' ? {} : { name: name.trim() };
		return [
			...phones.flatMap((text) => phonesIn(text, region)).map((value): Identity => ({ account, kind: 'phone', value, ...as })),
			...emails.flatMap(emailsIn).map((value): Identity => ({ account, kind: 'email', value, ...as })),
			...(buyerKey === undefined ? [] : [{ account, kind: 'customer', value: buyerKey } satisfies Identity]),
		];
	});
}
