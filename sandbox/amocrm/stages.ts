import { LOST, WON, type Pipeline, type Status } from './model';
import { notSupportedChoice, type Issue } from './problem';
import type { Store } from './store';

const WON_COLOR = '#CCFF66';
const LOST_COLOR = '#D5D8DB';
const UNSORTED_COLOR = '#c1c1c1';
export const DEFAULT_COLOR = '#fffeb2';
/** Stages of one pipeline, the three system ones included. */
export const STATUS_LIMIT = 100;
export const SYSTEM_STATUSES = 3;

/** The system stages of a new pipeline around its own ones; `sort` is dealt out anew (leads_pipelines documentation). */
export function withSystemStatuses(
	store: Store,
	own: { name: string; color: string }[],
	names: Map<number, string>,
): Status[] {
	const unsorted: Status = {
		id: store.nextId(),
		name: 'Неразобранное',
		sort: 10,
		color: UNSORTED_COLOR,
		type: 1,
		isEditable: false,
	};
	const stages = own.map(
		({ name, color }, index): Status => ({
			id: store.nextId(),
			name,
			color,
			sort: 20 + index * 10,
			type: 0,
			isEditable: true,
		}),
	);
	const system = (id: number, name: string, sort: number, color: string): Status => ({
		id,
		name: names.get(id) ?? name,
		sort,
		color,
		type: 0,
		isEditable: false,
	});
	return [
		unsorted,
		...stages,
		system(WON, 'Успешно реализовано', 10_000, WON_COLOR),
		system(LOST, 'Закрыто и не реализовано', 11_000, LOST_COLOR),
	];
}

/** A stage as a client sends it with a new pipeline; with id 142 or 143 it only names the system stage. */
export interface SentStatus {
	id?: number;
	name: string;
	sort?: number;
	color?: string;
}

/** Makes a pipeline around the sent stages, or around one stage when none was sent. */
export function addPipeline(
	store: Store,
	about: Pick<Pipeline, 'name' | 'sort' | 'isMain' | 'isUnsortedOn'>,
	sent: SentStatus[],
): Pipeline {
	const isSystem = ({ id }: SentStatus): boolean => id === WON || id === LOST;
	const names = new Map(sent.filter(isSystem).map(({ id = 0, name }) => [id, name]));
	const own = sent
		.filter((status) => !isSystem(status))
		.sort((a, b) => (a.sort ?? 0) - (b.sort ?? 0))
		.map(({ name, color = DEFAULT_COLOR }) => ({ name, color }));
	const stages = own.length > 0 ? own : [{ name: 'Первичный контакт', color: DEFAULT_COLOR }];
	const pipeline: Pipeline = {
		...about,
		id: store.nextId(),
		isMain: false,
		statuses: withSystemStatuses(store, stages, names),
	};
	store.pipelines.set(pipeline.id, pipeline);
	if (about.isMain) makeMain(store, pipeline);
	return pipeline;
}

export function makeMain(store: Store, main: Pipeline): void {
	for (const pipeline of store.pipelines.values()) pipeline.isMain = pipeline === main;
}

/** Stages in their order get sorts 20, 30, …; "Неразобранное" stays first, 142 and 143 last. */
export function renumber(pipeline: Pipeline): void {
	pipeline.statuses.sort((a, b) => a.sort - b.sort);
	const own = pipeline.statuses.filter(({ isEditable }) => isEditable);
	own.forEach((status, index) => {
		status.sort = 20 + index * 10;
	});
	pipeline.statuses.sort((a, b) => a.sort - b.sort);
}

/** Colours a stage can have (leads_pipelines documentation); any other is refused. */
const COLORS = [
	'#fffeb2',
	'#fffd7f',
	'#fff000',
	'#ffeab2',
	'#ffdc7f',
	'#ffce5a',
	'#ffdbdb',
	'#ffc8c8',
	'#ff8f92',
	'#d6eaff',
	'#c1e0ff',
	'#98cbff',
	'#ebffb1',
	'#deff81',
	'#87f2c0',
	'#f9deff',
	'#f3beff',
	'#ccc8f9',
	'#eb93ff',
	'#f2f3f4',
	'#e6e8ea',
];

/** A stage whose colour the account does not have. */
export function colorIssues(statuses: { color?: string }[], prefix: string): Issue[] {
	return statuses.flatMap((status, index) => {
		if (status.color === undefined || COLORS.includes(status.color.toLowerCase())) return [];
		return notSupportedChoice(prefix === '' ? 'color' : `${prefix}${index}.color`);
	});
}

/** In the order people gave them. */
export function bySort<T extends { sort: number; id: number }>(items: Iterable<T>): T[] {
	return [...items].sort((a, b) => a.sort - b.sort || a.id - b.id);
}
