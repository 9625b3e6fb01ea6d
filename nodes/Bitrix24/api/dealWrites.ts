import { z } from 'zod/v4';
import { ok, rejected, type DealDraft, type Outcome } from '../../../core/ports';
import type { AccountFields } from './accountFields';
import type { Bitrix24Client } from './client';
import { Reference, type Command, type Params } from './command';
import { dealParams, externalKey, keyText, missingCurrency } from '../model/deal';
import { findDealsByKey } from './dealSearch';
import { dealFields, type DealFieldName, type FieldNames } from '../model/cardFields';
import { addItem, updateItem } from './items';
import { productRowsCommand } from '../model/productRows';
import { built, outcomeOf } from '../../../transport/outcome';
import { anySchema, savedSchema, whole } from './schema';

interface Write {
	index: number;
	/** Absent: it is created by this write. */
	id?: number;
	params: Params;
	draft: DealDraft;
}

const savedDealSchema = z.object({ item: z.object({ id: whole, stageId: z.string().optional() }).passthrough() }).transform(({ item }) => item);

/**
 * Writes many deals: first one look-up of all external keys that are to be created, then the updates, then the creates, each deal
 * with its contact and product rows in one batch. A deal that is there already is not created again: its card is brought up to
 * date, its stage is left to whoever has moved it, and its id is the result.
 */
export async function saveDealDrafts(client: Bitrix24Client, fields: AccountFields, drafts: readonly DealDraft[]): Promise<Outcome<string>[]> {
	const outcomes: Outcome<string>[] = drafts.map(() => rejected('was not sent', false));
	if (drafts.length === 0) return outcomes;
	const needsFields = drafts.some(({ card }) => card !== undefined);
	const names: FieldNames<DealFieldName> = needsFields ? await fields.ofDeals() : {};
	const currencies = needsFields ? (await fields.all('deal')).currencies : new Set<string>();
	const writes: Write[] = [];
	for (const [index, draft] of drafts.entries()) {
		if (draft.card !== undefined && names.orderNumber === undefined) {
			outcomes[index] = rejected(noFields, true);
			continue;
		}
		const currency = missingCurrency(draft, currencies);
		if (currency !== undefined) {
			outcomes[index] = { outcome: 'rejected', reason: noCurrency(currency), permanent: true, about: 'currency' };
			continue;
		}
		const params = built(() => dealParams(draft, names));
		if (params.outcome === 'ok') writes.push({ index, draft, id: draft.id === undefined ? undefined : Number(draft.id), params: params.value });
		else outcomes[index] = params;
	}
	const { fresh, known, same } = await withoutExisting(client, writes, outcomes, (draft) => dealParams(draft, names));
	// Updates first: should the portal shut its door before the creates, losing word of an update does no harm.
	await update(client, known, outcomes);
	await create(client, fresh, outcomes);
	for (const { index, like } of same) outcomes[index] = outcomes[like] ?? rejected('was not sent', false);
	return outcomes;
}

const noCurrency = (currency: string): string =>
	`в Битрикс24 нет валюты ${currency}, а сумма заказа в ней: добавьте валюту (CRM → Настройки → Справочники → Валюты), заказ пройдёт сам`;

const noFields =
	`Bitrix24 has no deal field «${dealFields.orderNumber.label}» (${dealFields.orderNumber.code}), so the card could not show the order. ` +
	'Run Order Sync: Prepare CRM once';

/** Sorts the writes: what is there already becomes an update, what is named twice is written once. */
async function withoutExisting(
	client: Bitrix24Client,
	writes: readonly Write[],
	outcomes: Outcome<string>[],
	paramsOf: (draft: DealDraft) => Params,
): Promise<{ fresh: Write[]; known: Write[]; same: { index: number; like: number }[] }> {
	const known = writes.filter(({ id }) => id !== undefined);
	const keys = writes.flatMap(({ id, draft: { card } }) => (id === undefined && card !== undefined ? [externalKey(card)] : []));
	const found = await findDealsByKey(client, keys);
	const fresh: Write[] = [];
	const same: { index: number; like: number }[] = [];
	const first = new Map<string, number>();
	for (const write of writes.filter(({ id }) => id === undefined)) {
		const { card, stage } = write.draft;
		const key = card === undefined ? undefined : keyText(externalKey(card));
		const hits = key === undefined ? ok([]) : (found.get(key) ?? ok([]));
		if (hits.outcome !== 'ok') {
			outcomes[write.index] = hits;
			continue;
		}
		// A deal in another pipeline is somebody else's, or one that shall be replaced.
		const existing = hits.value.find(({ categoryId }) => stage === undefined || String(categoryId) === stage.pipelineId);
		const like = key === undefined ? undefined : first.get(key);
		if (like !== undefined) same.push({ index: write.index, like });
		else if (existing === undefined) fresh.push(write);
		else {
			const draft: DealDraft = { ...write.draft, id: String(existing.id), stage: undefined, contactId: undefined, responsibleId: undefined };
			known.push({ index: write.index, id: existing.id, draft, params: paramsOf(draft) });
		}
		if (key !== undefined && like === undefined) first.set(key, write.index);
	}
	return { fresh, known, same };
}

/** Absolute values: sending them twice does no harm. */
async function update(client: Bitrix24Client, writes: readonly Write[], outcomes: Outcome<string>[]): Promise<void> {
	const groups = writes.map(({ id = 0, params, draft: { products } }): Command[] => [
		...(isEmpty(params) ? [] : [updateItem('deal', id, params)]),
		...(products === undefined || products.length === 0 ? [] : [productRowsCommand(id, products)]),
	]);
	const results = await client.runGroups(groups, 'repeatable');
	for (const [position, { index, id = 0, params, draft }] of writes.entries()) {
		const [first, ...rest] = results[position] ?? [];
		const bad = [first, ...rest].flatMap((outcome) => (outcome === undefined || outcome.outcome === 'ok' ? [] : [outcome]))[0];
		if (bad !== undefined) {
			outcomes[index] = bad;
			continue;
		}
		outcomes[index] = draft.products?.length === 0 ? await clearRows(client, id) : ok(String(id));
		// A stage that does not exist, or belongs to another pipeline, is silently ignored (bitrix24.md §4).
		const saved = isEmpty(params) || first?.outcome !== 'ok' ? undefined : savedDealSchema.safeParse(first.value).data;
		const stays = saved?.stageId;
		if (draft.stage !== undefined && stays !== undefined && stays !== draft.stage.statusId) {
			outcomes[index] = rejected(`Bitrix24 left deal ${id} at the stage ${stays} instead of ${draft.stage.statusId}: the stage is gone, or an automation has moved the deal on`, false);
		}
	}
}

/** Nothing is left of the order. A batch cannot say an empty list, PHP's way of writing arrays has none: a call of its own can. */
async function clearRows(client: Bitrix24Client, id: number): Promise<Outcome<string>> {
	const { method, params } = productRowsCommand(id, []);
	return await outcomeOf(async () => {
		await client.call(method, params, 'repeatable', anySchema);
		return String(id);
	}, client.now);
}

async function create(client: Bitrix24Client, writes: readonly Write[], outcomes: Outcome<string>[]): Promise<void> {
	const groups = writes.map(({ params, draft: { products } }): Command[] => [
		addItem('deal', params),
		...(products === undefined || products.length === 0 ? [] : [productRowsCommand(new Reference(1, ['item', 'id']), products)]),
	]);
	const results = await client.runGroups(groups, 'once');
	const again: { write: Write; id: number }[] = [];
	for (const [position, write] of writes.entries()) {
		const [added, rows] = results[position] ?? [];
		if (added === undefined) continue;
		if (added.outcome !== 'ok') {
			outcomes[write.index] = added;
			continue;
		}
		const id = savedSchema.safeParse(added.value).data;
		if (id === undefined) {
			outcomes[write.index] = { outcome: 'unknown', reason: 'Bitrix24 answered the create in a shape that this package does not know' };
			continue;
		}
		outcomes[write.index] = ok(String(id));
		if (rows !== undefined && rows.outcome !== 'ok') again.push({ write, id });
	}
	await setRowsAgain(client, again, outcomes);
}

/** The deal is there and its rows are not: they replace, so they may be sent once more. */
async function setRowsAgain(client: Bitrix24Client, writes: readonly { write: Write; id: number }[], outcomes: Outcome<string>[]): Promise<void> {
	const groups = writes.map(({ write, id }) => [productRowsCommand(id, write.draft.products ?? [])]);
	const results = await client.runGroups(groups, 'repeatable');
	for (const [position, { write, id }] of writes.entries()) {
		const [rows] = results[position] ?? [];
		// Whoever tries again finds the deal by its key and sets the rows: no second deal is made.
		if (rows !== undefined && rows.outcome !== 'ok') outcomes[write.index] = rejected(`deal ${id} was created without its product rows: ${rows.reason}`, false);
	}
}

const isEmpty = (params: Params): boolean => Object.values(params).every((value) => value === undefined);
