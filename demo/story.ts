import { THE_SYNC, type Facts, type TrueOrder } from './facts';
import { dealsByOrder } from './judge';

const LOOK_EVERY_MS = 1000;

/** Tells what happens on both sides, one line per change, until `over` resolves. */
export async function watch(look: () => Promise<Facts>, say: (line: string) => void, over: Promise<unknown>): Promise<void> {
	let isOver = false;
	void over.then(() => (isOver = true));
	let before = await look();
	while (!isOver) {
		await Promise.race([over, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))]);
		if (isOver) return;
		const after = await look();
		const time = new Date().toLocaleTimeString('ru-RU');
		for (const line of tell(before, after)) say(`${time}  ${line}`);
		before = after;
	}
}

/** What has changed on both sides between two looks, one line per change, for people. Pure; names and phones are left out. */
export function tell(before: Facts, after: Facts): string[] {
	return [...tellOrders(before, after), ...tellDeals(before, after), ...tellMessages(before, after)];
}

function tellOrders(before: Facts, after: Facts): string[] {
	const known = new Map(before.orders.map((order) => [order.number, order]));
	// The sandbox lists the newest first.
	return [...after.orders].reverse().flatMap((order) => {
		const was = known.get(order.number);
		if (was === undefined) return [line(after.marketplace, order.number, newOrderText(order))];
		if (was.where === order.where) return [];
		const by = order.lastBy === 'api' ? THE_SYNC : (order.lastBy ?? after.marketplace);
		return [line(after.marketplace, order.number, `«${was.where}» → «${order.where}» (by ${by})`)];
	});
}

function newOrderText({ where, kindText, priceText, buyer }: TrueOrder): string {
	return `new order «${where}», ${kindText}, ${priceText}, phone ${buyer.masked ? 'hidden' : 'shown'}`;
}

function tellDeals(before: Facts, after: Facts): string[] {
	const known = new Map(before.deals.map((deal) => [deal.id, deal]));
	const knownContacts = new Set(before.contacts.map(({ id }) => id));
	return [...dealsByOrder(after)].flatMap(([number, deals]) =>
		deals.flatMap((deal) => {
			const was = known.get(deal.id);
			if (was === undefined) {
				const contact = deal.contactIds.some((id) => knownContacts.has(id)) ? 'known contact' : 'new contact';
				return [line(after.crm, number, `deal made in «${deal.stage ?? '?'}», ${deal.contactIds.length === 0 ? 'no contact' : contact}`)];
			}
			const news = deal.notes.slice(was.notes.length).map((text) => line(after.crm, number, `note: ${oneLine(text)}`));
			if (was.isDeleted !== deal.isDeleted) news.push(line(after.crm, number, deal.isDeleted ? 'deal deleted' : 'deal restored'));
			if (was.stage !== deal.stage) {
				news.push(line(after.crm, number, `«${was.stage ?? '?'}» → «${deal.stage ?? '?'}» (by ${deal.changedBy})`));
			}
			return news;
		}),
	);
}

function tellMessages(before: Facts, after: Facts): string[] {
	const last = before.messages.at(-1)?.id ?? 0;
	return after.messages.filter(({ id }) => id > last).map(({ text }) => line('alert', '', oneLine(text)));
}

const line = (where: string, code: string, what: string): string => `${where.padEnd(7)} ${code.padEnd(10)} ${what}`;

const oneLine = (text: string): string => {
	const flat = text.replace(/\s+/g, ' ').trim();
	return flat.length <= 160 ? flat : `${flat.slice(0, 159)}…`;
};
