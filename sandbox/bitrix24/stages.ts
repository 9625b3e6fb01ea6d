import type { Category, Semantics, Status } from './model';
import type { Store } from './store';

const DEFAULT_STAGES: readonly (readonly [string, string, Semantics, string])[] = [
	['NEW', 'Новая', 'P', '#39A8EF'],
	['PREPARATION', 'Подготовка документов', 'P', '#2FC6F6'],
	['PREPAYMENT_INVOICE', 'Счёт на предоплату', 'P', '#55D0E0'],
	['EXECUTING', 'В работе', 'P', '#47E4C2'],
	['FINAL_INVOICE', 'Финальный счёт', 'P', '#FFA900'],
	['WON', 'Сделка успешна', 'S', '#7BD500'],
	['LOSE', 'Сделка провалена', 'F', '#FF5752'],
	['APOLOGY', 'Анализ причины провала', 'F', '#FF5752'],
];
const SYSTEM_STAGES = ['NEW', 'WON', 'LOSE'];

/** `DEAL_STAGE` for the common pipeline, `DEAL_STAGE_3` for another. */
export function directoryOf(categoryId: number): string {
	return categoryId === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${categoryId}`;
}

/** The pipeline of a stage directory, or undefined for another directory. */
export function categoryOf(directory: string): number | undefined {
	const found = /^DEAL_STAGE(?:_(\d+))?$/.exec(directory);
	return found ? Number(found[1] ?? 0) : undefined;
}

/** Codes of the common pipeline are bare, the others carry `C{id}:` (bitrix24.md §4). */
export function prefixed(categoryId: number, code: string): string {
	const prefix = categoryId === 0 ? '' : `C${categoryId}:`;
	return code.startsWith(prefix) ? code : `${prefix}${code}`;
}

/** Every new pipeline comes with these. */
export function addDefaultStages(store: Store, categoryId: number): void {
	for (const [index, [code, name, semantics, color]] of DEFAULT_STAGES.entries()) {
		const id = store.nextId('status');
		store.statuses.set(id, {
			id,
			entityId: directoryOf(categoryId),
			statusId: prefixed(categoryId, code),
			name,
			sort: (index + 1) * 10,
			isSystem: SYSTEM_STAGES.includes(code),
			color,
			semantics,
			categoryId,
		});
	}
}

export function addCategory(store: Store, name: string, sort: number): Category {
	const category: Category = { id: store.nextId('category'), name, sort };
	store.categories.set(category.id, category);
	addDefaultStages(store, category.id);
	return category;
}

/** Where new deals of a pipeline start. */
export function firstStage(store: Store, categoryId: number): Status {
	const first = store.stagesOf(categoryId).find(({ semantics }) => semantics === 'P');
	if (!first) throw new Error(`The pipeline ${categoryId} has no stage to start with`);
	return first;
}
