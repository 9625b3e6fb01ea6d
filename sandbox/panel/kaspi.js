import { ago, byId, call, h, keyed, money, plural, toast } from './dom.js';

const KINDS = {
	'kaspi-delivery': 'Kaspi Доставка',
	postomat: 'Postomat',
	pickup: 'Самовывоз',
	'own-delivery': 'Своя доставка',
	express: 'Express',
	'regional-pickup': 'Выдача в регионе',
};

/** Who plays the action decides its colour: seller, buyer, courier and Kaspi. */
const ACTIONS = {
	'accept-in-cabinet': ['Принять', 'seller'],
	sign: ['Подписать', 'buyer'],
	arrive: ['Товар поступил', 'seller'],
	'assemble-in-cabinet': ['Собрать', 'seller'],
	'hand-over': ['Передать курьеру', 'courier'],
	complete: ['Выдать', 'buyer'],
	'buyer-reads-code': ['Покупатель называет код', 'buyer'],
	'return-to-warehouse': ['Вернулось на склад', 'courier'],
	'close-cancelled': ['Забрать товар', 'seller'],
	'request-return': ['Оформить возврат', 'buyer'],
	'accept-return': ['Принять возврат', 'seller'],
	returned: ['Возврат завершён', 'courier'],
	'buyer-cancel': ['✕ покупатель', 'trouble', 'Покупатель отменяет заказ'],
	'cancel-in-cabinet': ['✕ продавец', 'trouble', 'Продавец отменяет в кабинете: нет товара'],
	'courier-cancel': ['✕ курьер', 'trouble', 'Курьер не вручил и везёт товар обратно'],
	timeout: ['✕ срок', 'trouble', 'Срок вышел, Kaspi отменяет сам'],
};

const GROUPS = [
	['all', 'Все', () => true],
	['new', 'Новые', (order) => order.status === 'APPROVED_BY_BANK'],
	['work', 'В работе', (order) => order.status === 'ACCEPTED_BY_MERCHANT' && order.courierTransmissionDate === null],
	['way', 'В пути', (order) => order.status === 'ACCEPTED_BY_MERCHANT' && order.courierTransmissionDate !== null],
	['done', 'Выданы', (order) => order.status === 'COMPLETED'],
	['cancelled', 'Отмены', (order) => order.status.startsWith('CANCEL')],
	['returns', 'Возвраты', (order) => order.status.includes('RETURN')],
];

const SHOWN = 150;
let group = 'all';
let search = '';
let latest = null;
let refresh = () => undefined;

/** Prepares the column of Kaspi orders. `again` asks for a fresh state. */
export function startKaspi(again) {
	refresh = again;
	byId('create').append(
		...Object.entries(KINDS).map(([kind, title]) =>
			h('button', { className: 'small', title: `Новый заказ: ${title}`, onclick: () => create(kind) }, `+ ${title}`),
		),
	);
	const option = (id, title) => h('label', { className: 'check' }, h('input', { type: 'checkbox', id }), title);
	byId('create-options').append(
		option('opt-auto', 'автоприём'),
		option('opt-pre', 'предзаказ'),
		option('opt-sign', 'с подписью'),
		option('opt-masked', 'телефон скрыт'),
	);
	byId('order-search').addEventListener('input', (event) => {
		search = event.target.value.trim().toLowerCase();
		showKaspi(latest.kaspi, latest.now);
	});
}

export function showKaspi(kaspi, now) {
	latest = { kaspi, now };
	const { orders } = kaspi;
	byId('orders-count').textContent = `${orders.length} ${plural(orders.length, 'заказ', 'заказа', 'заказов')}`;
	const tabs = GROUPS.map(([id, title, fits]) => ({ id, title, count: orders.filter(fits).length, on: id === group }));
	keyed(byId('order-tabs'), tabs, (tab) => tab.id, tabButton);
	const fits = GROUPS.find(([id]) => id === group)[2];
	const found = orders.filter((order) => fits(order) && matches(order)).slice(0, SHOWN);
	const forbidden = new Set(kaspi.commands.forbidden.map((note) => note.code));
	const cards = found.map(({ history, ...order }) => ({
		...order,
		age: ago(order.creationDate, now),
		last: history.at(-1)?.by === 'api' ? 'api' : '',
		forbidden: forbidden.has(order.code),
	}));
	keyed(byId('orders'), cards, (order) => order.code, orderCard);
	if (cards.length === 0) byId('orders').replaceChildren(h('p', { className: 'empty' }, 'Здесь пока нет заказов'));
}

function tabButton({ id, title, count, on }) {
	const select = () => {
		group = id;
		showKaspi(latest.kaspi, latest.now);
	};
	return h('button', { className: on ? 'on' : '', onclick: select }, title, h('span', {}, String(count)));
}

function matches(order) {
	if (search === '') return true;
	const { firstName, lastName, phone } = order.buyer;
	const text = [order.code, firstName, lastName, phone, ...order.items.map((item) => item.name)].join(' ').toLowerCase();
	return text.includes(search);
}

function orderCard(order) {
	const { buyer, items } = order;
	const goods = items.map((item) => (item.quantity > 1 ? `${item.name} × ${item.quantity}` : item.name)).join(', ');
	const marks = [
		order.preOrder ? 'предзаказ' : null,
		order.signatureRequired ? 'нужна подпись' : null,
		order.waybillNumbers.length > 0 ? `накладная ${order.waybillNumbers.at(-1)}` : order.assembled ? 'ждём накладную' : null,
		order.waybillNumbers.length > 1 ? `накладных: ${order.waybillNumbers.length}!` : null,
		order.securityCodeSent ? 'код отправлен' : null,
		order.last === 'api' ? 'последний шаг: API' : null,
	].filter(Boolean);
	return h('article', { className: `card ${tone(order)}${order.forbidden ? ' wrong' : ''}` },
		h('div', { className: 'card-top' },
			h('b', { className: 'code' }, `№ ${order.code}`),
			h('span', { className: 'tag' }, order.tab),
			h('span', { className: 'price' }, money(order.totalPrice))),
		h('div', { className: 'card-who' },
			h('span', {}, `${buyer.firstName} ${buyer.lastName}`),
			h('span', { className: buyer.masked ? 'phone masked' : 'phone', title: buyer.masked ? 'API показывает +0(000)-000-00-00' : '' },
				buyer.phone.replace(/^(\d{3})(\d{3})(\d{2})(\d{2})$/, '+7 $1 $2 $3 $4')),
			h('span', { className: 'muted right' }, order.age)),
		h('div', { className: 'card-goods', title: goods }, goods),
		h('div', { className: 'card-marks' },
			h('span', { className: 'kind' }, KINDS[order.kind]), order.city, ...marks.map((mark) => h('span', { className: 'mark' }, mark))),
		h('div', { className: 'card-actions' }, ...order.actions.map((name) => actionButton(order, name))));
}

function actionButton(order, name) {
	const [title, role, hint = ''] = ACTIONS[name] ?? [name, 'seller'];
	return h('button', { className: `act ${role}`, title: hint, onclick: () => run(order, name) }, title);
}

function tone({ status, courierTransmissionDate, state }) {
	if (status === 'APPROVED_BY_BANK') return 'new';
	if (status === 'COMPLETED') return 'done';
	if (status.startsWith('CANCEL')) return 'cancelled';
	if (status.includes('RETURN')) return 'return';
	if (courierTransmissionDate !== null) return 'way';
	return state === 'SIGN_REQUIRED' ? 'wait' : 'work';
}

async function run(order, name) {
	const { code } = await call('POST', `/kaspi/orders/${order.code}/${name}`, {});
	if (code) toast(`Заказ ${order.code}: покупатель называет код ${code}`);
	await refresh();
}

async function create(kind) {
	const checked = (id) => byId(id).checked || undefined;
	const { orders } = await call('POST', '/kaspi/orders', {
		kind,
		autoAccept: checked('opt-auto'),
		preOrder: checked('opt-pre'),
		signature: checked('opt-sign'),
		buyer: checked('opt-masked') ? { masked: true } : undefined,
	});
	toast(`Новый заказ № ${orders[0].code}: ${orders[0].buyer.firstName}, ${money(orders[0].totalPrice)}`);
	await refresh();
}
