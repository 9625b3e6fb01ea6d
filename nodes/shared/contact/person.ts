import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { emailsIn } from '../../../core/contact/email';
import { phonesIn, readPhone, type PhoneRefusal, type PhoneRegion } from '../../../core/contact/phone';
import type { Item } from '../operation';
import { NotDone } from '../readParameter';
import { listValue, phoneListValue } from '../parameterValues';

const regions = ['KZ', 'RU'] as const satisfies readonly PhoneRegion[];

export const phoneAndEmail: INodeProperties[] = [
	{
		displayName: 'Phone',
		name: 'phone',
		type: 'string',
		default: '',
		placeholder: 'e.g. +7 701 555 01 23',
		description: 'In any writing; several are separated by commas',
	},
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		placeholder: 'name@email.com',
		default: '',
		description: 'Several are separated by commas',
	},
	{
		displayName: 'Phone Region',
		name: 'region',
		type: 'options',
		options: [
			{ name: 'Kazakhstan', value: 'KZ' },
			{ name: 'Russia', value: 'RU' },
		],
		default: 'KZ',
		description: 'Where a phone without a country code is from',
	},
];

const why: Readonly<Record<PhoneRefusal, string>> = {
	empty: 'is empty',
	masked: 'is masked by the marketplace',
	repeated_digits: 'repeats one digit',
	counting_digits: 'is made of digits in a row',
	placeholder: 'is a placeholder',
	digit_missing: 'has a digit too few',
	not_a_number: 'is no phone number',
};

/** Who an item is about. */
export interface ReadPerson {
	/** E.164. */
	phones: string[];
	/** Lower case. */
	emails: string[];
	region: PhoneRegion;
	/** Why a phone that was given cannot be used; the phone itself never appears. */
	refused: string[];
}

/** The phones and e-mails of an item as keys; what is no key is left out and named. */
export function readPerson(item: Item): ReadPerson {
	const region = item.get('region', z.enum(regions));
	const readings = item.get('phone', phoneListValue).map((text) => {
		const phones = phonesIn(text, region);
		const reading = readPhone(text, region);
		return phones.length === 0 && reading.kind === 'refused' ? { phones, refused: [`a phone ${why[reading.why]}`] } : { phones, refused: [] };
	});
	const written = item.get('email', listValue).map((text) => emailsIn(text));
	return {
		region,
		phones: [...new Set(readings.flatMap(({ phones }) => phones))],
		emails: [...new Set(written.flat())],
		refused: [...readings.flatMap(({ refused }) => refused), ...(written.some((emails) => emails.length === 0) ? ['an e-mail is no address'] : [])],
	};
}

/** Somebody without a single key cannot be found again: the next run would make a copy. @throws NotDone */
export function requireKeys(person: ReadPerson): ReadPerson {
	if (person.phones.length + person.emails.length > 0) return person;
	const because = person.refused.length > 0 ? `: ${person.refused.join(', ')}` : '';
	throw new NotDone(
		`There is no phone or e-mail to recognise the contact by${because}`,
		'Give a full phone or e-mail, or use Contact: Create when a new contact is what you want.',
	);
}
