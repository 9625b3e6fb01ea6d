import type { PersonName } from '../contact/personName';
import { sounds } from '../contact/spelling';

/**
 * Whether a card that does not say who it is ("Клиент", "Касымова", "А. Касымова") is nevertheless this person's, whose phone or e-mail
 * it has, and nobody else's. In a family the rest of the name is no help: a wife's only card may be the one without a name.
 */
export function isHintedAt(vague: PersonName, person: PersonName, mailbox: string | undefined): boolean {
	const { first } = person;
	if (first === undefined || vague.first !== undefined) return false;
	return (mailbox !== undefined && isNamedAfter(mailbox, first)) || hasInitialsOf(vague, first, person.surname);
}

/** dinara.k@…, ivanova_dinara77@…: whoever writes it into an order is Динара. Shorter names begin too many words. */
function isNamedAfter(mailbox: string, first: string): boolean {
	const local = mailbox.slice(0, mailbox.lastIndexOf('@'));
	return first.length > 3 && local.split(/[^a-z]+/).some((word) => sounds(word).startsWith(first));
}

/** "А. Касымова" beside "Асель Касымова". The surname has to tell a woman's from a man's: "А. Ким" may be her husband. */
function hasInitialsOf({ words, initials }: PersonName, first: string, surname: string | undefined): boolean {
	const isGendered = surname !== undefined && /(?:[oe]va?|ina?|skii?|ska?ia|ckii?|ckaia)$/.test(surname);
	return isGendered && words.length === 1 && words[0] === surname && initials.length > 0 && initials[0] === first.slice(0, 1);
}
