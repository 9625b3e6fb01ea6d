import { findOrCreate, type Finding, type WantedPerson } from '../../../contacts/findOrCreate';
import { buyerKeys, customerHash } from '../../../core/contact';
import { orderKeyText, type Order } from '../../../core/order';
import { marketplaceName } from './card';
import type { SyncContext } from './context';

/** Whose order it is, in the CRM. */
export type BuyerFinding = Exclude<Finding, { kind: 'attention' }> | { kind: 'attention'; reason: string };

/** Finds or creates the contacts of many buyers, by the key of the order. */
export async function findBuyers(context: SyncContext, orders: readonly Order[]): Promise<Map<string, BuyerFinding>> {
	const { crm, journal, now, owner, search, settings } = context;
	const { region, severalContacts, nameConflict } = settings;
	const findings = await findOrCreate(
		{ crm, identities: journal.identities, search, owner, region, severalContacts, nameConflict, now },
		orders.map((order) => buyerOf(context, order)),
	);
	return new Map(
		orders.flatMap((order, index): [string, BuyerFinding][] => {
			const finding = findings[index];
			return finding ? [[orderKeyText(order.key), forPeople(finding)]] : [];
		}),
	);
}

function buyerOf({ settings: { region, responsibleId } }: SyncContext, { buyer, key, number }: Order): WantedPerson {
	const { phone, email, customer } = buyerKeys(buyer, key.marketplace, region);
	const isStranger = !phone && !email && !customer;
	return {
		name: buyer.name,
		phones: phone ? [phone] : [],
		emails: email ? [email] : [],
		// A buyer without any key is a stranger: the order itself is the key, so that at least a repeated look creates nobody twice.
		customer: isStranger ? customerHash('order', orderKeyText(key)) : customer,
		// Ozon's own deliveries come without a word about the buyer (ozon.md §4).
		fallbackName: `Покупатель ${marketplaceName(key.marketplace)}, заказ ${number}`,
		responsibleId,
	};
}

/** What a person has to decide, for the manager in the CRM. */
function forPeople(finding: Finding): BuyerFinding {
	if (finding.kind !== 'attention') return finding;
	const contacts = finding.ids.join(', ');
	return {
		kind: 'attention',
		reason:
			finding.why === 'several'
				? `телефон или e-mail покупателя есть у ${finding.ids.length} контактов CRM (${contacts}): объедините их или выберите в узле Order Sync «oldest» или «newest»`
				: `телефон или e-mail покупателя записан у контакта с другим именем (${contacts}): добавьте имя покупателя в этот контакт, если это один человек, или выберите в узле Order Sync, опция «If the Name Does Not Fit», «Create a New Contact»`,
	};
}
