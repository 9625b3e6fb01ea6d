import { dealsByOrder } from './judge';
import type { Sandbox } from './sandbox';
import type { SandboxOrder, SandboxState } from './sandboxState';

const LOOK_EVERY_MS = 1000;

/** Tells what happens on both sides, one line per change, until `over` resolves. */
export async function watch(sandbox: Sandbox, say: (line: string) => void, over: Promise<unknown>): Promise<void> {
	let isOver = false;
	void over.then(() => (isOver = true));
	let before = await sandbox.state();
	while (!isOver) {
		await Promise.race([over, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))]);
		if (isOver) return;
		const after = await sandbox.state();
		const time = new Date().toLocaleTimeString('ru-RU');
		for (const line of tell(before, after)) say(`${time}  ${line}`);
		before = after;
	}
}

const KIND_TEXT: Readonly<Record<string, string>> = {
	pickup: 'pickup at the shop',
	postomat: 'Kaspi Postomat',
	'kaspi-delivery': 'Kaspi Delivery',
	express: 'Kaspi Express',
	'own-delivery': 'own courier',
	'regional-pickup': 'regional pickup point',
};

/** What has changed on both sides between two looks, one line per change, for people. Pure; names and phones are left out. */
export function tell(before: SandboxState, after: SandboxState): string[] {
	return [...tellOrders(before, after), ...tellDeals(before, after), ...tellMessages(before, after)];
}

function tellOrders(before: SandboxState, after: SandboxState): string[] {
	const known = new Map(before.kaspi.orders.map((order) => [order.code, order]));
	// The sandbox lists the newest first.
	return [...after.kaspi.orders].reverse().flatMap((order) => {
		const was = known.get(order.code);
		if (was === undefined) return [line('Kaspi', order.code, newOrderText(order))];
		if (was.tab === order.tab) return [];
		const by = order.history.at(-1)?.by;
		return [line('Kaspi', order.code, `«${was.tab}» → «${order.tab}» (by ${by === 'api' ? 'the sync' : (by ?? 'Kaspi')})`)];
	});
}

function newOrderText(order: SandboxOrder): string {
	const money = `${order.totalPrice.toLocaleString('ru-RU')} ₸`;
	return `new order «${order.tab}», ${KIND_TEXT[order.kind] ?? order.kind}, ${money}, phone ${order.buyer.masked ? 'hidden' : 'shown'}`;
}

function tellDeals(before: SandboxState, after: SandboxState): string[] {
	const known = new Map(before.amocrm.leads.map((lead) => [lead.id, lead]));
	const knownContacts = new Set(before.amocrm.contacts.map(({ id }) => id));
	const { apiAuthorId } = after.amocrm.settings;
	return [...dealsByOrder(after)].flatMap(([code, leads]) =>
		leads.flatMap((lead) => {
			const was = known.get(lead.id);
			if (was === undefined) {
				const contact = lead.contactIds.some((id) => knownContacts.has(id)) ? 'known contact' : 'new contact';
				return [line('amoCRM', code, `deal made in «${lead.stage ?? '?'}», ${lead.contactIds.length === 0 ? 'no contact' : contact}`)];
			}
			const news = lead.notes.slice(was.notes.length).map(({ text }) => line('amoCRM', code, `note: ${oneLine(text)}`));
			if (was.isDeleted !== lead.isDeleted) news.push(line('amoCRM', code, lead.isDeleted ? 'deal deleted' : 'deal restored'));
			if (was.stage !== lead.stage) {
				const user = after.amocrm.users.find(({ id }) => id === lead.updatedBy)?.name;
				const by = lead.updatedBy === apiAuthorId ? 'the sync' : (user ?? 'a manager');
				news.push(line('amoCRM', code, `«${was.stage ?? '?'}» → «${lead.stage ?? '?'}» (by ${by})`));
			}
			return news;
		}),
	);
}

function tellMessages(before: SandboxState, after: SandboxState): string[] {
	const last = before.messenger.messages.at(-1)?.id ?? 0;
	return after.messenger.messages.filter(({ id }) => id > last).map(({ text }) => line('alert', '', oneLine(text)));
}

const line = (where: string, code: string, what: string): string => `${where.padEnd(7)} ${code.padEnd(10)} ${what}`;

const oneLine = (text: string): string => {
	const flat = text.replace(/\s+/g, ' ').trim();
	return flat.length <= 160 ? flat : `${flat.slice(0, 159)}…`;
};
