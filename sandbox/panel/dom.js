/** Makes an element; text is always text, never markup. */
export function h(tag, props = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(props)) {
		if (value === undefined || value === false || value === null) continue;
		if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
		else if (name === 'dataset') Object.assign(element.dataset, value);
		else if (name in element && name !== 'list') element[name] = value;
		else element.setAttribute(name, value);
	}
	element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
	return element;
}

export const byId = (id) => document.getElementById(id);

/** Shows `items` in `container`, building anew only what changed, so that focus, scrolling and dragging survive. */
export function keyed(container, items, key, build) {
	const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
	const wanted = items.map((item) => {
		const id = String(key(item));
		const signature = JSON.stringify(item);
		const known = old.get(id);
		if (known && known.signature === signature) return known;
		// Something a person is typing or choosing in is left alone until it is free again.
		if (known && known.contains(document.activeElement) && document.activeElement.matches('select, input, textarea')) return known;
		const element = build(item);
		element.dataset.key = id;
		element.signature = signature;
		return element;
	});
	wanted.forEach((element, index) => {
		if (container.children[index] !== element) container.insertBefore(element, container.children[index] ?? null);
	});
	while (container.children.length > wanted.length) container.lastChild.remove();
}

/** Calls the control API; what it refuses is shown to the person. */
export async function call(method, path, body) {
	const answer = await fetch(path, {
		method,
		headers: body === undefined ? {} : { 'content-type': 'application/json' },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await answer.text();
	const result = text === '' ? {} : JSON.parse(text);
	if (!answer.ok) {
		toast(result.message ?? `Ответ ${answer.status}`, 'bad');
		throw new Error(result.message ?? String(answer.status));
	}
	return result;
}

export function toast(text, kind = 'good') {
	const element = h('div', { className: `toast ${kind}` }, text);
	byId('toasts').append(element);
	setTimeout(() => element.remove(), 6000);
}

/** Asks in a dialog with fields `{name, label, value, type}`; resolves to the values, or null when closed. */
export function ask(title, fields, confirm = 'Сохранить') {
	const dialog = byId('dialog');
	const inputs = fields.map(({ name, label, value = '', type = 'text' }) =>
		h('label', {}, label, h('input', { name, type, value: String(value) })),
	);
	const form = h('form', { method: 'dialog' }, h('h3', {}, title), ...inputs,
		h('div', { className: 'dialog-buttons' },
			h('button', { value: 'cancel', className: 'quiet', type: 'button', onclick: () => dialog.close('cancel') }, 'Отмена'),
			h('button', { value: 'ok', className: 'primary' }, confirm)));
	dialog.replaceChildren(form);
	dialog.returnValue = 'cancel';
	dialog.showModal();
	return new Promise((resolve) => {
		dialog.onclose = () => resolve(dialog.returnValue === 'ok' ? Object.fromEntries(new FormData(form)) : null);
	});
}

/** Shows something to read in a dialog. */
export function show(title, ...content) {
	const dialog = byId('dialog');
	const close = h('button', { className: 'primary', onclick: () => dialog.close() }, 'Закрыть');
	dialog.replaceChildren(h('h3', {}, title), ...content.filter(Boolean), h('div', { className: 'dialog-buttons' }, close));
	dialog.showModal();
}

const MONEY = new Intl.NumberFormat('ru-RU', { maximumFractionDigits: 0 });
export const money = (amount) => `${MONEY.format(amount)} ₸`;

/** Almaty time, whatever the computer's zone. */
const TIME = new Intl.DateTimeFormat('ru-RU', { timeZone: 'Asia/Almaty', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DATE = new Intl.DateTimeFormat('ru-RU', { timeZone: 'Asia/Almaty', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
export const clockTime = (ms) => TIME.format(ms);
export const dateTime = (ms) => DATE.format(ms);

export function ago(ms, now) {
	const minutes = Math.max(0, Math.round((now - ms) / 60000));
	if (minutes < 1) return 'только что';
	if (minutes < 60) return `${minutes} мин назад`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} ч назад` : `${Math.round(hours / 24)} дн назад`;
}

export function plural(count, one, few, many) {
	const tail = count % 100;
	const last = count % 10;
	if (tail > 10 && tail < 20) return many;
	return last === 1 ? one : last > 1 && last < 5 ? few : many;
}

/** The pipeline that a person wants to see first: the one with the most deals, the first of equals. `places` holds the pipeline's id for every deal. */
export function fullest(pipelines, places) {
	const count = ({ id }) => places.filter((place) => place === id).length;
	return pipelines.toSorted((a, b) => count(b) - count(a))[0];
}
