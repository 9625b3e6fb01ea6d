import { ask, byId, call, dateTime, fullest, h, keyed, money, plural, show } from './dom.js';

/** The two CRMs share one place; a person chooses which of them is in front. */
const FRONT = 'panel-crm';
let refresh = () => undefined;
let latest = null;
let chosen = 0;

/** Builds the column of Bitrix24 beside amoCRM's and the switch between them. `again` asks for a fresh state. */
export function startBitrix(again) {
	refresh = again;
	const amo = document.querySelector('.board-column');
	const pipeline = h('select', {
		id: 'b24-pipeline',
		'aria-label': 'Воронка Bitrix24',
		onchange: (event) => {
			chosen = Number(event.target.value);
			event.target.blur();
			showBitrix(latest);
		},
	});
	const add = h('button', { className: 'small', title: 'Новая сделка руками менеджера', onclick: create }, '+ сделка');
	const column = h('section', { className: 'column board-column', 'aria-label': 'Сделки Bitrix24' },
		h('div', { className: 'column-head' },
			h('h2', {}, h('i', { className: 'logo bitrix24' }, 'Б'), 'Bitrix24 ', h('span', { className: 'count', id: 'b24-deals-count' }), pipeline, add,
				h('span', { className: 'people', id: 'b24-people' }))),
		h('div', { className: 'board', id: 'b24-board' }));
	amo.after(column);
	const bring = (name) => {
		localStorage.setItem(FRONT, name);
		amo.hidden = name === 'bitrix24';
		column.hidden = name !== 'bitrix24';
	};
	const to = (name, title) => h('button', { className: 'small crm-switch', title: `Показать ${title}`, onclick: () => bring(name) }, `⇄ ${title}`);
	amo.querySelector('h2').append(to('bitrix24', 'Bitrix24'));
	column.querySelector('h2').append(to('amocrm', 'amoCRM'));
	bring(localStorage.getItem(FRONT) ?? 'amocrm');
}

/** Shows the board of one pipeline; `portal` is missing in a sandbox without Bitrix24. */
export function showBitrix(portal) {
	if (!portal) return;
	latest = portal;
	const { pipelines, contacts } = portal;
	const deals = portal.deals.filter((deal) => !deal.isDeleted);
	const pipeline = pipelines.find(({ id }) => id === chosen) ?? fullest(pipelines, deals.map(({ categoryId }) => categoryId));
	keyed(byId('b24-pipeline'), pipelines.map(({ id, name }) => ({ id, name, on: id === pipeline.id })), ({ id }) => id,
		({ id, name, on }) => h('option', { value: id, selected: on }, name));
	byId('b24-deals-count').textContent = `${deals.length} ${plural(deals.length, 'сделка', 'сделки', 'сделок')}`;
	showPeople(contacts.filter((contact) => !contact.isDeleted));

	const people = new Map(contacts.map((contact) => [contact.id, contact]));
	keyed(byId('b24-board'), pipeline.stages.map(({ id, name, color }) => ({ id, name, color, categoryId: pipeline.id })), ({ id }) => id, stageColumn);
	for (const stage of pipeline.stages) {
		const here = deals.filter((deal) => deal.stageId === stage.id).sort((a, b) => b.updatedTime.localeCompare(a.updatedTime));
		fillStage(stage, here, pipelines, people);
	}
}

/** Contacts, and how many of them share a phone: the last ten digits are the person. */
function showPeople(contacts) {
	const tails = contacts.flatMap(({ phones }) => [...new Set(phones.map((phone) => phone.replace(/\D/g, '').slice(-10)))])
		.filter((tail) => tail.length === 10);
	const doubles = tails.length - new Set(tails).size;
	const text = `${contacts.length} ${plural(contacts.length, 'контакт', 'контакта', 'контактов')}`;
	byId('b24-people').replaceChildren(h('span', {}, text), h('span', { className: doubles > 0 ? 'bad-chip' : 'good-chip' }, `повторов: ${doubles}`));
}

function stageColumn({ id, name, color, categoryId }) {
	const column = h('div', { className: 'stage', dataset: { stage: id } },
		h('div', { className: 'stage-head', style: `--stage: ${color || '#98cbff'}` }, h('b', { title: id }, name), h('span', {})),
		h('div', { className: 'stage-deals' }));
	const over = (on) => (event) => {
		event.preventDefault();
		column.classList.toggle('over', on);
	};
	column.addEventListener('dragover', over(true));
	column.addEventListener('dragleave', over(false));
	column.addEventListener('drop', (event) => {
		over(false)(event);
		void move(Number(event.dataTransfer.getData('text/plain')), id, categoryId);
	});
	return column;
}

const SHOWN = 60;

function fillStage(stage, deals, pipelines, people) {
	const column = byId('b24-board').querySelector(`[data-stage="${CSS.escape(stage.id)}"]`);
	const sum = deals.reduce((total, deal) => total + deal.opportunity, 0);
	column.querySelector('.stage-head span').textContent = deals.length > 0 ? `${deals.length} · ${money(sum)}` : '—';
	const cards = deals.slice(0, SHOWN).map((deal) => ({
		...deal,
		people: deal.contactIds.flatMap((id) => people.get(id) ?? []).map(({ name, lastName, phones }) => [`${name} ${lastName}`.trim(), ...phones].join(' · ')),
		places: pipelines.map(({ id, name, stages }) => ({ id, name, stages: stages.map(({ id: code, name: title }) => ({ code, title })) })),
	}));
	keyed(column.querySelector('.stage-deals'), cards, (deal) => deal.id, dealCard);
}

/** A deal goes to any stage of any pipeline. */
function dealCard(deal) {
	const target = h('select', {
		title: 'Перенести на стадию',
		onchange: (event) => {
			const [category, stage] = event.target.value.split('|');
			event.target.blur();
			void move(deal.id, stage, Number(category));
		},
	}, ...deal.places.map(({ id, name, stages }) => h('optgroup', { label: name },
		...stages.map(({ code, title }) => h('option', { value: `${id}|${code}`, selected: code === deal.stageId }, title)))));
	const openWork = [...deal.todos, ...deal.tasks].filter((work) => !work.isCompleted).length;
	const marks = [
		deal.assignedBy ?? 'без ответственного',
		openWork > 0 ? `дел: ${openWork}` : null,
		deal.timelineComments.length > 0 ? `комментариев: ${deal.timelineComments.length}` : null,
	].filter(Boolean);
	return h('article', { className: 'deal', draggable: true, ondragstart: (event) => event.dataTransfer.setData('text/plain', String(deal.id)) },
		h('div', { className: 'deal-top', title: 'Открыть карточку', onclick: () => open(deal) },
			h('b', {}, deal.title), h('span', { className: 'price' }, money(deal.opportunity))),
		...deal.people.map((person) => h('div', { className: 'deal-who', title: person }, person.split(' · ')[0])),
		h('div', { className: 'muted' }, marks.join(' · ')),
		h('div', { className: 'deal-tools' }, target,
			h('button', { className: 'icon', title: 'Изменить', onclick: () => edit(deal) }, '✎'),
			h('button', { className: 'icon', title: 'Удалить', onclick: () => remove(deal) }, '✕')));
}

async function press(path, body) {
	await call('POST', `/bitrix24/deals${path}`, body);
	await refresh();
}

async function move(id, stage, categoryId) {
	await press(`/${id}/move`, { stage, categoryId });
}

const QUESTIONS = ({ title = '', opportunity = 0 }) => [
	{ name: 'title', label: 'Название', value: title },
	{ name: 'opportunity', label: 'Сумма, ₸', value: opportunity, type: 'number' },
];

async function create() {
	const values = await ask('Новая сделка', QUESTIONS({}), 'Создать');
	if (values) await press('', { title: values.title, opportunity: Number(values.opportunity), categoryId: chosen });
}

async function edit(deal) {
	const values = await ask('Сделка', QUESTIONS(deal));
	if (values) await press(`/${deal.id}/edit`, { title: values.title, opportunity: Number(values.opportunity) });
}

async function remove(deal) {
	if (confirm(`Удалить сделку «${deal.title}»?`)) await press(`/${deal.id}/delete`, {});
}

/** The deal's card: fields, goods, work and comments as they are in the CRM. */
function open(deal) {
	const list = (title, rows) => rows.length > 0 && h('section', {}, h('h4', {}, title), ...rows);
	const pair = ([name, value]) => h('p', {}, h('span', { className: 'muted' }, `${name}: `), [value].flat().join(', '));
	const line = (text, note) => h('p', {}, text, h('span', { className: 'muted' }, ` · ${note}`));
	const about = [
		['Воронка', deal.category], ['Стадия', deal.stage], ['Сумма', money(deal.opportunity)], ['Ответственный', deal.assignedBy ?? 'нет'],
		['Контакты', deal.people.join(', ') || 'нет'], ['Внешний номер', [deal.originatorId, deal.originId].filter(Boolean).join(' ')],
	];
	const due = (moment) => (moment ? `до ${dateTime(Date.parse(moment))}` : 'без срока');
	show(deal.title,
		...about.filter(([, value]) => value).map(pair),
		list('Поля', Object.entries(deal.fields).map(pair)),
		list('Товары', deal.productRows.map(({ productName, quantity, price }) => line(productName, `${quantity} × ${money(price)}`))),
		list('Дела и задачи', [...deal.todos, ...deal.tasks].map(({ title, deadline, isCompleted }) => line(`${isCompleted ? '✓' : '○'} ${title}`, due(deadline)))),
		list('Комментарии', deal.timelineComments.map(({ text, created }) => line(text, dateTime(Date.parse(created))))));
}
