import { byId, call, clockTime, dateTime, h, keyed } from './dom.js';

const APIS = { kaspi: 'Kaspi', ozon: 'Ozon', amocrm: 'amoCRM', bitrix24: 'Bitrix24', messenger: 'Мессенджер' };

const FAULTS = {
	429: '429 слишком часто',
	500: '500 сбой сервера',
	'500-after-apply': '500, но выполнено',
	'502-html': '502 HTML-страница',
	timeout: 'нет ответа, не выполнено',
	'timeout-after-apply': 'выполнено, но нет ответа',
	reset: 'обрыв соединения',
	html: '200 и HTML вместо JSON',
	'wrong-shape': '200 и JSON без данных',
	slow: 'ответ с задержкой',
};

const HOW_OFTEN = [
	['один раз', { next: 1 }],
	['3 раза подряд', { next: 3 }],
	['10 % вызовов', { share: 0.1 }],
	['30 % вызовов', { share: 0.3 }],
	['каждый вызов', { share: 1 }],
];

let refresh = () => undefined;

/** Prepares the faults form, the clock, the drip switch and the reset button. */
export function startSide(again) {
	refresh = again;
	const options = (map) => Object.entries(map).map(([value, title]) => h('option', { value }, title));
	const api = h('select', { 'aria-label': 'Сервис' }, ...options(APIS));
	const kind = h('select', { 'aria-label': 'Сбой' }, ...options(FAULTS));
	const share = h('select', { 'aria-label': 'Как часто' },
		...HOW_OFTEN.map(([title], index) => h('option', { value: index }, title)));
	const add = async () => {
		await call('POST', '/faults', { api: api.value, kind: kind.value, ...HOW_OFTEN[Number(share.value)][1] });
		await refresh();
	};
	const outage = (title, ms) => h('button', {
		type: 'button',
		className: 'small trouble',
		onclick: async () => {
			await call('POST', '/outage', { api: api.value, ms });
			await refresh();
		},
	}, title);
	byId('fault-form').append(
		h('div', { className: 'row' }, api, kind),
		h('div', { className: 'row' }, share, h('button', { type: 'button', className: 'small', onclick: add }, 'Включить')),
		h('div', { className: 'row' }, h('span', { className: 'muted' }, 'Сервис лежит:'), outage('1 мин', 60_000), outage('1 час', 3_600_000),
			h('button', { type: 'button', className: 'small quiet', onclick: clearFaults }, 'Всё исправно')),
	);

	const step = (title, ms) => h('button', { className: 'small', onclick: async () => { await call('POST', '/clock/advance', { ms }); await refresh(); } }, title);
	byId('clock-steps').append(step('+1 мин', 60_000), step('+15 мин', 900_000), step('+1 ч', 3_600_000), step('+1 день', 86_400_000));
	byId('drip').addEventListener('change', async (event) => {
		if (event.target.checked) await call('POST', '/drip', { everyMs: 4000 });
		else await call('DELETE', '/drip');
	});
	byId('reset').addEventListener('click', async () => {
		if (!confirm('Удалить все заказы, сделки и сообщения и заполнить заново?')) return;
		await call('POST', '/reset', {});
		await refresh();
	});
}

async function clearFaults() {
	await call('DELETE', '/faults');
	await refresh();
}

export function showSide(state, calls) {
	const ahead = Math.round(state.clock.aheadMs / 60_000);
	byId('clock').textContent = `${dateTime(state.clock.now)}${ahead > 0 ? ` (+${duration(ahead)})` : ''}`;
	byId('drip').checked = state.kaspi.drip !== null;
	showMetrics(state);
	showMessages(state.messenger.messages);
	showViolations(state);
	showFaults(state);
	if (calls.length === 0) byId('calls').replaceChildren(h('p', { className: 'empty' }, 'Вызовов ещё не было'));
	else keyed(byId('calls'), calls.slice(-40).reverse(), (entry) => `${entry.api}${entry.number}`, callRow);
}

function showMetrics({ kaspi, ozon, calls }) {
	const unknown = Object.values(calls).flatMap((counts) => counts.unknown).reduce((sum, { count }) => sum + count, 0);
	const open =
		kaspi.orders.filter((order) => !['COMPLETED', 'CANCELLED', 'RETURNED'].includes(order.status)).length +
		(ozon?.postings ?? []).filter(({ status }) => status !== 'delivered' && !status.startsWith('cancelled')).length;
	const commands = [kaspi.commands, ...(ozon ? [ozon.commands] : [])];
	const sum = (pick) => commands.reduce((total, counts) => total + pick(counts), 0);
	const [accepted, refused] = [sum((counts) => counts.accepted), sum((counts) => counts.refused)];
	const [forbidden, late] = [sum((counts) => counts.forbidden.length), sum((counts) => counts.late.length)];
	const metrics = [
		{ title: 'Открытых заказов', value: open },
		...Object.entries(calls).filter(([api, counts]) => api !== 'messenger' && counts.total > 0).map(([api, counts]) => ({ title: `Вызовов ${APIS[api] ?? api}`, value: counts.total })),
		{ title: 'Команд принято', value: accepted },
		...(refused > 0 ? [{ title: 'отклонено', value: refused }] : []),
		...(late > 0 ? [{ title: 'опоздало', value: late }] : []),
		{ title: 'Запрещённых команд', value: forbidden, bad: forbidden > 0 },
		{ title: 'Неизвестных вызовов', value: unknown, bad: unknown > 0 },
	];
	keyed(byId('metrics'), metrics, (metric) => metric.title, ({ title, value, bad }) =>
		h('div', { className: bad ? 'metric bad' : 'metric' }, h('b', {}, String(value)), h('span', {}, title)));
}

function showMessages(messages) {
	byId('messages-count').textContent = messages.length > 0 ? String(messages.length) : '';
	const shown = messages.slice(-15).reverse();
	if (shown.length === 0) byId('messages').replaceChildren(h('p', { className: 'empty' }, 'Оповещения ответственным появятся здесь'));
	else keyed(byId('messages'), shown, (message) => message.id, ({ at, text }) =>
		h('div', { className: 'message' }, h('time', {}, clockTime(at)), h('p', {}, text)));
}

function showViolations({ kaspi, ozon, calls }) {
	const rows = [
		...(ozon?.commands.forbidden ?? []).slice(-20).map(({ at, posting, command, why }) => ({ at, what: `${command} для ${posting}`, why })),
		...(ozon?.retiredCalls ?? []).map(({ path, count, use }) => ({ at: 0, what: `Ozon: ${path} отключён`, why: `нужен ${use}, вызван ${count} раз` })),
		...kaspi.commands.forbidden.slice(-20).map(({ at, code, command, why }) => ({ at, what: `${command} для № ${code}`, why })),
		...Object.entries(calls).flatMap(([api, counts]) => counts.unknown.map(({ method, path, count }) =>
			({ at: 0, what: `${APIS[api] ?? api}: ${method} ${path}`, why: `неизвестный вызов, ${count} раз` }))),
	];
	byId('violations-block').hidden = rows.length === 0;
	keyed(byId('violations'), rows.reverse(), (row) => `${row.at}${row.what}${row.why}`, ({ what, why }) =>
		h('div', { className: 'violation' }, h('b', {}, what), h('span', {}, why)));
}

function showFaults({ faults, clock }) {
	const rows = [
		...faults.outages.map(({ api, untilMs }) => ({ id: `outage-${api}`, text: `${APIS[api] ?? api}: лежит ещё ${duration(Math.ceil((untilMs - clock.now) / 60_000))}` })),
		...faults.rules.map((rule) => ({ id: rule.id, removable: true, text: `${APIS[rule.api] ?? rule.api}: ${FAULTS[rule.kind]}${often(rule)} · сработал ${rule.struck}` })),
	];
	keyed(byId('faults'), rows, (row) => row.id, ({ id, text, removable }) =>
		h('div', { className: 'fault' }, h('span', {}, text),
			removable && h('button', { className: 'small quiet', title: 'Убрать', onclick: async () => { await call('DELETE', `/faults/${id}`); await refresh(); } }, '×')));
}

function often({ share, next, struck }) {
	if (next !== undefined) return `, ещё ${next - struck}`;
	return share === undefined || share === 1 ? ', всегда' : `, ${Math.round(share * 100)} %`;
}

function callRow({ at, api, method, path, status, ms, fault, unknown }) {
	const mood = unknown || status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'ok';
	return h('div', { className: `call ${mood}`, title: fault ? `сбой: ${fault}` : '' },
		h('time', {}, clockTime(at)), h('i', { className: `dot ${api}` }), h('b', {}, method),
		h('span', {}, path.replace('/shop/api/v2', '').replace('/api/v4', '')), h('em', {}, status === 0 ? 'обрыв' : String(status)), h('small', {}, `${ms} мс`));
}

function duration(minutes) {
	if (minutes < 60) return `${minutes} мин`;
	return minutes < 2880 ? `${Math.round(minutes / 60)} ч` : `${Math.round(minutes / 1440)} дн`;
}
