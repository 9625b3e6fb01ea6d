import { ask, byId, call, dateTime, fullest, h, keyed, money, plural, show } from './dom.js';

const COLORS = ['#99ccff', '#5aa9f5', '#ffcf5c', '#ffa45c', '#b79bf2', '#7ad0c5', '#f29bc1'];

/** Won and lost have the same ids in every pipeline. */
const colorOf = (id, index) => (id === 142 ? '#3cb371' : id === 143 ? '#b6bdc8' : COLORS[index % COLORS.length]);

let refresh = () => undefined;
let latest = null;
let chosen = null;

/** Prepares the board of deals. `again` asks for a fresh state. */
export function startAmo(again) {
	refresh = again;
	byId('pipeline').addEventListener('change', (event) => {
		chosen = Number(event.target.value);
		event.target.blur();
		showAmo(latest);
	});
}

/** Shows the board of one pipeline; `amo` is missing in a sandbox without a CRM. */
export function showAmo(amo) {
	if (!amo) return;
	latest = amo;
	const { pipelines, leads, contacts } = amo;
	const living = leads.filter((lead) => !lead.isDeleted);
	const pipeline = pipelines.find(({ id }) => id === chosen) ?? fullest(pipelines, living.map(({ pipelineId }) => pipelineId));
	if (!pipeline) return;
	keyed(byId('pipeline'), pipelines.map(({ id, name }) => ({ id, name, on: id === pipeline.id })), ({ id }) => id,
		({ id, name, on }) => h('option', { value: id, selected: on }, name));
	const here = living.filter((lead) => lead.pipelineId === pipeline.id);
	byId('deals-count').textContent = `${living.length} ${plural(living.length, 'сделка', 'сделки', 'сделок')}`;
	showPeople(contacts.filter((contact) => !contact.isDeleted));

	const people = new Map(contacts.map((contact) => [contact.id, contact]));
	// "Неразобранное" takes a column only when something lies in it.
	const used = pipeline.stages.filter(({ id, type }) => type !== 1 || here.some((lead) => lead.statusId === id));
	const stages = used.map(({ id, name }, index) => {
		const deals = here.filter((lead) => lead.statusId === id).sort((a, b) => b.updatedAt - a.updatedAt);
		return { id, name, color: colorOf(id, index), deals: deals.slice(0, 60), count: deals.length, sum: deals.reduce((sum, deal) => sum + deal.price, 0) };
	});
	keyed(byId('board'), stages.map(({ id, name, color }) => ({ id, name, color })), ({ id }) => id, stageColumn);
	for (const stage of stages) fillStage(stage, pipeline, people);
}

function showPeople(contacts) {
	const seen = new Map();
	for (const contact of contacts) {
		for (const phone of contact.phones) {
			const tail = phone.replace(/\D/g, '').slice(-10);
			if (tail.length === 10) seen.set(tail, (seen.get(tail) ?? 0) + 1);
		}
	}
	const doubles = [...seen.values()].reduce((sum, count) => sum + count - 1, 0);
	const text = `${contacts.length} ${plural(contacts.length, 'контакт', 'контакта', 'контактов')}`;
	byId('people').replaceChildren(h('span', {}, text), h('span', { className: doubles > 0 ? 'bad-chip' : 'good-chip' }, `повторов: ${doubles}`));
}

function stageColumn({ id, name, color }) {
	const column = h('div', { className: 'stage', dataset: { stage: id } },
		h('div', { className: 'stage-head', style: `--stage: ${color}` }, h('b', {}, name), h('span', {})),
		h('div', { className: 'stage-deals' }));
	column.addEventListener('dragover', (event) => {
		event.preventDefault();
		column.classList.add('over');
	});
	column.addEventListener('dragleave', () => column.classList.remove('over'));
	column.addEventListener('drop', (event) => {
		event.preventDefault();
		column.classList.remove('over');
		void move(Number(event.dataTransfer.getData('text/plain')), id);
	});
	return column;
}

function fillStage(stage, pipeline, people) {
	const column = byId('board').querySelector(`[data-stage="${stage.id}"]`);
	column.querySelector('.stage-head span').textContent = stage.count > 0 ? `${stage.count} · ${money(stage.sum)}` : '—';
	const others = pipeline.stages.map(({ id, name }) => ({ id, name }));
	const cards = stage.deals.map((deal) => ({
		...deal,
		people: deal.contactIds.flatMap((id) => people.get(id) ?? []).map(({ name, phones }) => [name, ...phones].join(' · ')),
		others,
	}));
	keyed(column.querySelector('.stage-deals'), cards, (deal) => deal.id, dealCard);
}

function dealCard(deal) {
	const select = h('select', { title: 'Перенести на этап', onchange: (event) => { event.target.blur(); void move(deal.id, Number(event.target.value)); } },
		...deal.others.map(({ id, name }) => h('option', { value: id, selected: id === deal.statusId }, name)));
	const openTasks = deal.tasks.filter((task) => !task.isCompleted).length;
	const marks = [
		deal.responsible ?? h('span', { className: 'alarm' }, 'без ответственного'),
		openTasks > 0 ? `задач: ${openTasks}` : null,
		deal.notesCount > 0 ? `примечаний: ${deal.notesCount}` : null,
		deal.lossReason,
	].filter(Boolean);
	return h('article', { className: 'deal', draggable: true, ondragstart: (event) => event.dataTransfer.setData('text/plain', String(deal.id)) },
		h('div', { className: 'deal-top', title: 'Открыть карточку', onclick: () => open(deal) },
			h('b', {}, deal.name), h('span', { className: 'price' }, money(deal.price))),
		...deal.people.map((person) => h('div', { className: 'deal-who', title: person }, person.split(' · ')[0])),
		h('div', { className: 'muted' }, ...marks.flatMap((mark, index) => (index > 0 ? [' · ', mark] : [mark]))),
		h('div', { className: 'deal-tools' }, select,
			h('button', { className: 'icon', title: 'Изменить', onclick: () => edit(deal) }, '✎'),
			h('button', { className: 'icon', title: 'Удалить', onclick: () => remove(deal) }, '✕')));
}

async function move(id, status) {
	await call('POST', `/amocrm/leads/${id}/move`, { status });
	await refresh();
}

async function edit(deal) {
	const values = await ask('Сделка', [
		{ name: 'name', label: 'Название', value: deal.name },
		{ name: 'price', label: 'Бюджет, ₸', value: deal.price, type: 'number' },
	]);
	if (!values) return;
	await call('POST', `/amocrm/leads/${deal.id}/edit`, { name: values.name, price: Math.round(Number(values.price)) });
	await refresh();
}

async function remove(deal) {
	if (!confirm(`Удалить сделку «${deal.name}»?`)) return;
	await call('POST', `/amocrm/leads/${deal.id}/delete`, {});
	await refresh();
}

/** The deal's card: fields, tasks and notes as they are in the CRM. */
function open(deal) {
	const list = (title, rows) => rows.length > 0 && h('section', {}, h('h4', {}, title), ...rows);
	const about = [['Этап', deal.stage], ['Бюджет', money(deal.price)], ['Ответственный', deal.responsible ?? 'нет'], ['Контакты', deal.people.join(', ') || 'нет'], ['Причина отказа', deal.lossReason]];
	const pair = ([name, value]) => h('p', {}, h('span', { className: 'muted' }, `${name}: `), [value].flat().join(', '));
	show(deal.name,
		...about.filter(([, value]) => value).map(pair),
		list('Поля', Object.entries(deal.fields).map(pair)),
		list('Задачи', deal.tasks.map(({ text, isCompleted, completeTill, responsible }) =>
			h('p', {}, isCompleted ? '✓ ' : '○ ', text, h('span', { className: 'muted' }, ` · ${responsible ?? ''} до ${dateTime(completeTill * 1000)}`)))),
		list('Примечания', deal.notes.map(({ text, createdAt }) => h('p', {}, h('span', { className: 'muted' }, `${dateTime(createdAt * 1000)} `), text))));
}
