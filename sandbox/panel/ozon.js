import { ago, ask, byId, call, dateTime, h, keyed, plural, show, toast } from './dom.js';

const SCHEMES = {
	fbs: 'FBS',
	'rfbs-express': 'rFBS Express',
	'rfbs-own': 'rFBS, свой курьер',
	'rfbs-3pl': 'rFBS, СДЭК',
	'rfbs-aggregator': 'rFBS, партнёры',
	fbo: 'FBO',
};

/** Who plays the action decides its colour: seller, buyer, courier and Ozon. */
const ACTIONS = {
	'confirm-payment': ['Оплата пришла', 'buyer'],
	'enter-marks': ['Ввести маркировку', 'seller'],
	'assemble-in-cabinet': ['Собрать', 'seller'],
	'hand-over': ['Передать курьеру', 'courier'],
	'move-on': ['Едет дальше', 'courier'],
	deliver: ['Вручить', 'courier'],
	receive: ['Получил', 'buyer'],
	dispute: ['Оспорить доставку', 'trouble', 'Покупатель говорит, что заказа не получил'],
	'decide-for-seller': ['Спор: продавцу', 'courier', 'Ozon решает спор в пользу продавца'],
	'decide-for-buyer': ['Спор: покупателю', 'trouble', 'Ozon отменяет доставленный заказ'],
	'ask-to-cancel': ['Просит отменить', 'buyer'],
	'approve-in-cabinet': ['Согласиться на отмену', 'seller'],
	'reject-in-cabinet': ['Отказать в отмене', 'seller'],
	'refuse-part': ['Отказ от части', 'buyer'],
	'request-return': ['Вернуть товар', 'buyer'],
	'dispute-return': ['Спорить о возврате', 'buyer'],
	'return-moves': ['Возврат едет', 'courier'],
	'return-received': ['Возврат получен', 'seller'],
	write: ['Написать', 'buyer'],
	'edit-message': ['Исправить письмо', 'buyer'],
	'read-messages': ['Прочитать ответ', 'buyer'],
	'close-chat': ['Закрыть чат', 'seller'],
	'not-accepted': ['✕ не принято', 'trouble', 'Сортировочный центр не принял отправление'],
	refuse: ['✕ отказ', 'trouble', 'Покупатель отказался при вручении'],
	'buyer-cancel': ['✕ покупатель', 'trouble', 'Покупатель отменяет заказ'],
	'cancel-part-in-cabinet': ['✕ часть', 'trouble', 'Продавец отменяет часть товаров в кабинете: нет товара'],
	'split-in-cabinet': ['собрать в 2 места', 'seller', 'Продавец собирает отправление двумя в кабинете'],
	'cancel-in-cabinet': ['✕ продавец', 'trouble', 'Продавец отменяет в кабинете: нет товара'],
	'miss-deadline': ['✕ срок', 'trouble', 'Не собрано вовремя, Ozon отменяет'],
	'cancel-by-ozon': ['✕ Ozon', 'trouble', 'Ozon отменяет без объяснений'],
	'move-cutoff': ['Дата отгрузки +12 ч', 'courier'],
	'move-delivery-date': ['Доставка +1 день', 'courier'],
};

/** Actions that ask for words. */
const WITH_TEXT = { write: 'Здравствуйте! Когда привезут заказ?', 'edit-message': 'Здравствуйте! Можно привезти завтра?' };
/** Rarely needed: shown when the card is opened. */
const RARE = ['move-cutoff', 'move-delivery-date', 'edit-message', 'read-messages', 'close-chat', 'cancel-by-ozon', 'not-accepted'];

const waits = ({ status }) => status === 'awaiting_packaging';
const disputed = ({ status, substatus }) => status.includes('arbitration') || status === 'not_accepted' || substatus === 'ship_failed';
const GROUPS = [
	['all', 'Все', () => true],
	['new', 'Сборка', waits],
	['ready', 'Отгрузка', ({ status }) => ['awaiting_deliver', 'awaiting_registration', 'acceptance_in_progress'].includes(status)],
	['way', 'В пути', ({ status }) => status === 'delivering'],
	['dispute', 'Споры', disputed],
	['done', 'Доставлены', ({ status }) => status === 'delivered'],
	['cancelled', 'Отмены', ({ status }) => status.startsWith('cancelled')],
];

const RUB = new Intl.NumberFormat('ru-RU', { maximumFractionDigits: 0 });
const rubles = (amount) => `${RUB.format(amount)} ₽`;
const SHOWN = 150;
let group = 'all';
let search = '';
let latest = null;
let refresh = () => undefined;

/** Prepares the column of Ozon postings and the switch between the marketplaces. `again` asks for a fresh state. */
export function startOzon(again) {
	refresh = again;
	for (const button of document.querySelectorAll('[data-market]')) {
		button.addEventListener('click', () => {
			byId('kaspi-column').hidden = button.dataset.market !== 'kaspi';
			byId('ozon-column').hidden = button.dataset.market !== 'ozon';
		});
	}
	byId('ozon-create').append(
		...Object.entries(SCHEMES).map(([scheme, title]) =>
			h('button', { className: 'small', title: `Новое отправление: ${title}`, onclick: () => create(scheme) }, `+ ${title}`),
		),
	);
	byId('posting-search').addEventListener('input', (event) => {
		search = event.target.value.trim().toLowerCase();
		showOzon(latest.ozon, latest.now);
	});
}

/** Shows the postings; `ozon` is missing in a sandbox without this marketplace. */
export function showOzon(ozon, now) {
	if (!ozon) return;
	latest = { ozon, now };
	const { postings, pushes } = ozon;
	byId('postings-count').textContent = `${postings.length} ${plural(postings.length, 'отправление', 'отправления', 'отправлений')}`;
	byId('ozon-pushes').textContent = pushLine(pushes);
	const tabs = GROUPS.map(([id, title, fits]) => ({ id, title, count: postings.filter(fits).length, on: id === group }));
	keyed(byId('posting-tabs'), tabs, (tab) => tab.id, tabButton);
	const fits = GROUPS.find(([id]) => id === group)[2];
	const forbidden = new Set(ozon.commands.forbidden.map((note) => note.posting));
	const cards = postings.filter((posting) => fits(posting) && matches(posting)).slice(0, SHOWN).map((posting) => ({
		...posting,
		age: ago(posting.createdAt, now),
		last: posting.history.at(-1)?.by === 'api',
		forbidden: forbidden.has(posting.number),
	}));
	if (cards.length === 0) byId('postings').replaceChildren(h('p', { className: 'empty' }, 'Здесь пока нет отправлений'));
	else keyed(byId('postings'), cards, (posting) => posting.number, card);
}

function pushLine({ urls, taken, failed, p99Ms }) {
	if (urls.length === 0) return 'Пуш-уведомления не подключены';
	const off = urls.find(({ enable }) => !enable);
	const state = off ? `остановлены: ${off.reason_details}` : urls[0].availability_status;
	return `Пуши: ${state} · принято ${taken} · сбоев ${failed} · p99 ${p99Ms} мс`;
}

function tabButton({ id, title, count, on }) {
	const select = () => {
		group = id;
		showOzon(latest.ozon, latest.now);
	};
	return h('button', { className: on ? 'on' : '', onclick: select }, title, h('span', {}, String(count)));
}

function matches({ number, buyer, products }) {
	return search === '' || [number, buyer.name, buyer.phone, ...products.map(({ name }) => name)].join(' ').toLowerCase().includes(search);
}

function card(posting) {
	const { buyer, products } = posting;
	const goods = products.map(({ name, quantity }) => (quantity > 1 ? `${name} × ${quantity}` : name)).join(', ');
	const marks = [
		posting.parent ? `часть ${posting.parent}` : null,
		posting.trackingNumber ? `трек ${posting.trackingNumber}` : null,
		posting.marksMissing ? 'нужна маркировка' : null,
		posting.cancellation ? posting.cancellation.reason : null,
		posting.cancellationRequest ? 'покупатель просит отменить' : null,
		posting.returnRequest ? `возврат: ${posting.returnRequest}` : null,
		posting.returns.length > 0 ? `едет обратно: ${posting.returns.length}` : null,
		posting.messages.length > 0 ? `сообщений: ${posting.messages.length}` : null,
		posting.last ? 'последний шаг: API' : null,
	].filter(Boolean);
	return h('article', { className: `card ${tone(posting)}${posting.forbidden ? ' wrong' : ''}` },
		h('div', { className: 'card-top', title: 'История отправления', onclick: () => open(posting) },
			h('b', { className: 'code' }, posting.number),
			h('span', { className: 'tag' }, posting.word),
			h('span', { className: 'price' }, rubles(posting.totalPrice))),
		h('div', { className: 'card-who' },
			h('span', {}, buyer.name),
			h('span', { className: 'phone', title: 'Подменный номер, который показывает API' }, buyer.shownPhone ? `+${buyer.shownPhone}` : 'телефон скрыт'),
			h('span', { className: 'muted right' }, posting.age)),
		h('div', { className: 'card-goods', title: goods }, goods),
		h('div', { className: 'card-marks' }, h('span', { className: 'kind' }, SCHEMES[posting.scheme]), posting.city, ...marks.map((mark) => h('span', { className: 'mark' }, mark))),
		h('div', { className: 'card-actions' }, ...posting.actions.filter((name) => !RARE.includes(name)).map((name) => actionButton(posting, name))));
}

function actionButton(posting, name) {
	const [title, role, hint = ''] = ACTIONS[name] ?? [name, 'seller'];
	return h('button', { className: `act ${role}`, title: hint, onclick: () => run(posting, name) }, title);
}

function tone(posting) {
	if (disputed(posting)) return 'dispute';
	if (posting.status === 'delivered') return 'done';
	if (posting.status.startsWith('cancelled')) return 'cancelled';
	if (posting.substatus === 'posting_conditionally_delivered') return 'wait';
	if (posting.status === 'delivering') return 'way';
	return waits(posting) ? 'new' : 'work';
}

/** What happened to the posting, its chat, and the actions that are rarely needed. */
function open(posting) {
	const line = (at, text) => h('p', {}, h('span', { className: 'muted' }, `${dateTime(at)} `), text);
	show(`${posting.number} · ${posting.word}`,
		h('p', {}, `${posting.status} / ${posting.substatus || '—'}`),
		h('p', { className: 'muted' }, posting.availableActions.join(', ')),
		h('section', {}, h('h4', {}, 'История'), ...posting.history.map(({ at, by, what }) => line(at, `${by}: ${what}`))),
		posting.messages.length > 0 && h('section', {}, h('h4', {}, 'Чат'), ...posting.messages.map(({ at, author, text }) => line(at, `${author}: ${text}`))),
		h('div', { className: 'card-actions' }, ...posting.actions.filter((name) => RARE.includes(name)).map((name) => actionButton(posting, name))));
}

async function run({ number }, name) {
	const asked = WITH_TEXT[name] && (await ask(ACTIONS[name][0], [{ name: 'text', label: 'Сообщение', value: WITH_TEXT[name] }], 'Отправить'));
	if (WITH_TEXT[name] && !asked) return;
	await call('POST', `/ozon/postings/${number}/${name}`, asked || {});
	byId('dialog').close();
	await refresh();
}

async function create(scheme) {
	const { postings } = await call('POST', '/ozon/postings', { scheme });
	toast(`Новое отправление ${postings[0].number}: ${rubles(postings[0].totalPrice)}`);
	await refresh();
}
