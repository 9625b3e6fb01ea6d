import { z } from 'zod/v4';
import type { CardBefore } from '../../../contacts/mergedCards';
import type { ContactMerger, MergeCard, MergeCards, MergeOrder } from '../../../contacts/merge';
import { ok, rejected, unknown, type Outcome } from '../../../core/ports';
import { outcomeOf } from '../../../transport/outcome';
import { entityTypes } from './accountFields';
import type { Bitrix24Client, List } from './client';
import type { Command, Param } from './command';
import { contactOf } from '../model/contact';
import type { ContactFieldName, FieldNames } from '../model/cardFields';
import { readItems, selectParams, updateItem } from './items';
import { contactSchema, savedSchema, whole } from './schema';

export const contactUrl = (account: string): string => `https://${account}/crm/contact/details/{id}/`;

/** Where a person settles what Bitrix24 does not settle by itself (crm.entity.mergeBatch, "manual merging"). */
const manualMergeUrl = (account: string, ids: readonly string[]): string => `https://${account}/crm/contact/merge/?id=${ids.join(',')}`;

/** What differs between two cards of one person more often than not. */
const nameFields = ['name', 'lastName', 'secondName'] as const;

const mergedSchema = z.object({ STATUS: z.string() }).passthrough();
type Merged = z.infer<typeof mergedSchema>;

export interface MergeOptions {
	/** Different names are no obstacle: those of the others give way to those of the contact that is kept. */
	keepsNames: boolean;
}

/** Puts contacts together with `crm.entity.mergeBatch`: the first stays and takes deals, comments, phones and e-mails, the rest is deleted (bitrix24.md §5). */
export class Bitrix24Merger implements ContactMerger {
	readonly name = 'Bitrix24';
	readonly account: string;

	constructor(
		private readonly client: Bitrix24Client,
		private readonly names: () => Promise<FieldNames<ContactFieldName>>,
		private readonly options: MergeOptions,
	) {
		this.account = client.account;
	}

	async read(ids: readonly string[]): Promise<Outcome<MergeCard | undefined>[]> {
		const numbers = ids.map(Number);
		const names = await this.names();
		const cards = await readItems(this.client, 'contact', numbers, contactSchema);
		const deals = await this.dealsOf(numbers);
		return numbers.map((id): Outcome<MergeCard | undefined> => {
			const card = cards.get(id);
			if (card === undefined) return rejected('was not asked for', false);
			if (card.outcome !== 'ok' || card.value === undefined) return card.outcome === 'ok' ? ok(undefined) : card;
			return ok({ ...contactOf(card.value, names), dealIds: deals.get(id) ?? [], fields: { ...card.value } });
		});
	}

	async merge(cards: MergeCards, { before }: MergeOrder): Promise<Outcome<void>> {
		if (cards.others.length === 0) return ok(undefined);
		const first = await this.mergeBatch(cards);
		if (first !== 'conflict') return first;
		if (!this.options.keepsNames) return this.conflict(cards);
		const aligned = await this.alignNames(cards);
		if (aligned.outcome !== 'ok') return aligned;
		const second = await this.mergeBatch(cards);
		if (second !== 'conflict') return second;
		const restored = await this.restoreNames(cards, before);
		return restored.outcome === 'ok' ? this.conflict(cards) : restored;
	}

	isMerged(_keep: MergeCard, others: readonly (MergeCard | undefined)[]): boolean {
		return others.every((card) => card === undefined);
	}

	private async mergeBatch({ keep, others }: MergeCards): Promise<Outcome<void> | 'conflict'> {
		const entityIds = [keep, ...others].map(({ id }) => Number(id));
		const command: Command = { method: 'crm.entity.mergeBatch', params: { params: { entityTypeId: entityTypes.contact, entityIds } } };
		const [merged = rejected<Merged>('was not sent', false)] = await this.client.run([command], 'once', mergedSchema);
		if (merged.outcome !== 'ok') return merged;
		switch (merged.value.STATUS) {
			case 'SUCCESS':
				return ok(undefined);
			case 'CONFLICT':
				return 'conflict';
			case 'ERROR':
				return rejected('Bitrix24 could not merge these contacts: the owner of the webhook may lack the right to change or delete them', true);
			default:
				return unknown(`Bitrix24 answered the merge with «${merged.value.STATUS}», which this package does not know`);
		}
	}

	/** A kept card without a surname takes the other's in the merge; only what stands against something else gives way. */
	private async alignNames({ keep, others }: MergeCards): Promise<Outcome<void>> {
		return await this.write(
			others.flatMap((other): Command[] => {
				const differing = nameFields.filter((field) => isFilled(keep.fields[field]) && isFilled(other.fields[field]) && keep.fields[field] !== other.fields[field]);
				return differing.length === 0 ? [] : [this.rename(other.id, keep.fields, differing)];
			}),
		);
	}

	private async restoreNames({ others }: MergeCards, before: readonly CardBefore[]): Promise<Outcome<void>> {
		return await this.write(
			others.flatMap((other): Command[] => {
				const was = before.find(({ id }) => id === other.id);
				return was === undefined ? [] : [this.rename(other.id, was.fields, nameFields)];
			}),
		);
	}

	private rename(id: string, from: Readonly<Record<string, unknown>>, fields: readonly string[]): Command {
		const values = fields.map((field): [string, Param] => [field, String(from[field] ?? '')]);
		return updateItem('contact', Number(id), Object.fromEntries(values));
	}

	private async write(commands: readonly Command[]): Promise<Outcome<void>> {
		const written = await this.client.run(commands, 'repeatable', savedSchema);
		return written.find((outcome) => outcome.outcome !== 'ok') ?? ok(undefined);
	}

	private conflict({ keep, others }: MergeCards): Outcome<void> {
		const ids = [keep, ...others].map(({ id }) => id);
		return rejected(`Bitrix24 found fields of contacts ${ids.join(', ')} that contradict each other and merged nothing: choose by hand at ${manualMergeUrl(this.account, ids)}`, true);
	}

	/** Deals by contact, also where it is not the first one. Portals that cannot be asked so are asked for the first one only. */
	private async dealsOf(ids: readonly number[]): Promise<Map<number, string[]>> {
		const linked = await outcomeOf(() => all(this.client.list(linkedDeals({ '@contactIds': ids }))));
		const deals = linked.outcome === 'ok' ? linked.value : await all(this.client.list(linkedDeals({ '@contactId': ids })));
		return new Map(ids.map((id) => [id, deals.filter(({ contactIds }) => contactIds.includes(id)).map((deal) => String(deal.id))] as const));
	}
}

async function all<T>(pages: AsyncGenerator<T[], void>): Promise<T[]> {
	const elements: T[] = [];
	for await (const page of pages) elements.push(...page);
	return elements;
}

const isFilled = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

const linkedDealSchema = z
	.object({
		id: whole,
		contactIds: z.array(whole).nullish().transform((contacts) => contacts ?? []),
		/** P: under way, S: won, F: lost. */
		stageSemanticId: z.string().nullish(),
	})
	.passthrough();
export type LinkedDeal = z.infer<typeof linkedDealSchema>;

/** Deals with their contacts and nothing else. */
export const linkedDeals = (filter: List<LinkedDeal>['filter'] = {}): List<LinkedDeal> => ({
	method: 'crm.item.list',
	params: selectParams('deal', ['id', 'contactIds', 'stageSemanticId']),
	filter,
	idName: 'id',
	itemsAt: 'items',
	element: linkedDealSchema,
	idOf: ({ id }) => id,
});
