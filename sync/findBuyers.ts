import { findOrCreate, type Finding, type WantedPerson } from '../contacts/findOrCreate';
import { buyerKeys, customerHash, type BuyerKeys } from '../core/contact/contactChoice';
import { orderKeyText, type Order } from '../core/order/order';
import { marketplaceName } from './dealCard';
import { about, type SyncContext } from './context';

/** Whose order it is, in the CRM. */
export type BuyerFinding = Exclude<Finding, { kind: 'attention' }> | { kind: 'attention'; reason: string };

/** Finds or creates the contacts of many buyers, by the key of the order. */
export async function findBuyers(context: SyncContext, orders: readonly Order[]): Promise<Map<string, BuyerFinding>> {
	const { crm, journal, now, owner, search, settings } = context;
	const { region, severalContacts, nameConflict } = settings;
	await rememberBuyers(context, orders);
	const keys = await withWhatOthersShow(context, orders.map(({ buyer, key }) => buyerKeys(buyer, key.marketplace, region)));
	const findings = await about(context, orders.map(({ number }) => number), () =>
		findOrCreate(
			{ crm, identities: journal.identities, search, owner, region, severalContacts, nameConflict, now },
			orders.map((order, index) => buyerOf(context, order, keys[index] ?? {})),
		),
	);
	await journal.seenBuyers.forget(keys.flatMap(({ customer }, index) => (customer && findings[index]?.kind === 'contact' ? [customer] : [])));
	return new Map(
		orders.flatMap((order, index): [string, BuyerFinding][] => {
			const finding = findings[index];
			return finding ? [[orderKeyText(order.key), forPeople(finding)]] : [];
		}),
	);
}

/**
 * One order hides what another one of the same buyer shows. What is shown is written down before the CRM is asked: should it be
 * out of reach, the order that hides the phone may come to its turn first.
 */
export async function rememberBuyers({ journal, now, settings: { region } }: SyncContext, orders: readonly Order[]): Promise<void> {
	await journal.seenBuyers.remember(
		orders.flatMap(({ buyer, key: { marketplace } }) => {
			const { customer, phone, email } = buyerKeys(buyer, marketplace, region);
			return customer && (phone || email) ? [{ customer, phone, email }] : [];
		}),
		now(),
	);
}

async function withWhatOthersShow({ journal }: SyncContext, keys: readonly BuyerKeys[]): Promise<BuyerKeys[]> {
	const seen = await journal.seenBuyers.of(keys.flatMap(({ customer, phone }) => (customer && !phone ? [customer] : [])));
	return keys.map((own) => ({ ...seen.get(own.customer ?? ''), ...defined(own) }));
}

const defined = ({ phone, email, customer }: BuyerKeys): BuyerKeys => ({ ...(phone && { phone }), ...(email && { email }), ...(customer && { customer }) });

function buyerOf({ settings: { responsibleId } }: SyncContext, { buyer, key, number }: Order, { phone, email, customer }: BuyerKeys): WantedPerson {
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
