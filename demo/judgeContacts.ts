import type { Facts, TrueContact, TrueDeal, TrueOrder } from './facts';

export interface ContactJudgement {
	duplicates: number;
	mixed: number;
	findings: string[];
}

/**
 * Counts contacts that the pack should not have made. The same buyer is the same customer of the marketplace in every order, so one
 * contact is enough; a contact that a manager had made before is to be found when the buyer's first order shows the phone,
 * and could not be known when it hides it. Pure.
 */
export function judgeContacts(facts: Facts, dealsOf: ReadonlyMap<string, TrueDeal[]>): ContactJudgement {
	const live = facts.contacts.filter(({ isDeleted }) => !isDeleted);
	const buyerOfDeal = new Map<number, string>();
	for (const order of facts.orders) {
		for (const { id } of dealsOf.get(order.number) ?? []) buyerOfDeal.set(id, order.buyer.key);
	}
	const ordersOf = groupBy(facts.orders, ({ buyer }) => buyer.key);
	const findings: string[] = [];
	let duplicates = 0;
	for (const [key, orders] of ordersOf) {
		const own = live.filter((contact) => isOf(contact, key, orders, buyerOfDeal));
		const madeByManagers = own.filter(({ madeByPack: byPack }) => !byPack);
		const madeByPack = own.length - madeByManagers.length;
		const excess = Math.max(0, madeByPack - unavoidable(orders, madeByManagers));
		duplicates += excess;
		if (excess > 0) findings.push(`buyer ${key}: the pack made ${madeByPack} contacts, ${excess} too many`);
	}
	const mixed = live.filter(({ dealIds }) => new Set(dealIds.flatMap((id) => buyerOfDeal.get(id) ?? [])).size > 1);
	findings.push(...mixed.map(({ id }) => `contact ${id} was given the deals of different buyers`));
	return { duplicates, mixed: mixed.length, findings };
}

/** How many contacts the pack had to make for a buyer. */
function unavoidable(orders: readonly TrueOrder[], madeByManagers: readonly TrueContact[]): number {
	const first = [...orders].sort((a, b) => a.createdAt - b.createdAt)[0];
	const canBeFound = first?.buyer.masked === false && madeByManagers.some(({ phones }) => phones.some(isPhoneOf(first)));
	return canBeFound ? 0 : 1;
}

/** Whose contact it is: by its deals, or by its phone, or (an orphan without either) by the name that the marketplace shows. */
function isOf(
	contact: TrueContact,
	key: string,
	orders: readonly TrueOrder[],
	buyerOfDeal: ReadonlyMap<number, string>,
): boolean {
	const owners = contact.dealIds.flatMap((id) => buyerOfDeal.get(id) ?? []);
	if (owners.includes(key)) return true;
	const [order] = orders;
	if (owners.length > 0 || order === undefined) return false;
	if (contact.phones.length > 0) return contact.phones.some(isPhoneOf(order));
	return contact.name.replace(/\.$/, '') === order.buyer.shownName;
}

const isPhoneOf =
	({ buyer }: TrueOrder) =>
	(written: string): boolean =>
		written.replace(/\D/g, '').slice(-10) === buyer.phone;

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
	return groups;
}
