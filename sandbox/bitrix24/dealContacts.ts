import type { Entity, Values } from './model';
import type { Store } from './store';

/** Contacts of a deal, the first of them is the main one. */
export function contactIdsOf(deal: Entity): number[] {
	const ids = deal.values.get('contactIds');
	return Array.isArray(ids) ? ids.map(Number) : [];
}

/** A write: `contactIds` replaces all, `contactId` becomes the first of them; who is not there is left out. */
export function linkContacts(store: Store, deal: Entity, wanted: Values): void {
	const list = wanted.get('contactIds');
	const first = wanted.get('contactId');
	let ids = contactIdsOf(deal);
	if (Array.isArray(list)) ids = list.map(Number);
	if (first !== undefined) ids = first === null || first === 0 ? [] : [Number(first), ...ids];
	setContacts(
		deal,
		ids.filter((id) => store.alive('contact', id)),
	);
}

/** The contact was deleted. */
export function forgetContact(store: Store, id: number): void {
	for (const deal of dealsWith(store, id)) {
		setContacts(
			deal,
			contactIdsOf(deal).filter((other) => other !== id),
		);
	}
}

/** The contact was merged into another. */
export function replaceContact(store: Store, id: number, by: number): void {
	for (const deal of dealsWith(store, id)) {
		setContacts(
			deal,
			contactIdsOf(deal).map((other) => (other === id ? by : other)),
		);
	}
}

function setContacts(deal: Entity, ids: readonly number[]): void {
	const unique = [...new Set(ids)];
	deal.values.set('contactIds', unique).set('contactId', unique[0] ?? 0);
}

function dealsWith(store: Store, id: number): Entity[] {
	return [...store.entities.deal.values()].filter((deal) => contactIdsOf(deal).includes(id));
}
