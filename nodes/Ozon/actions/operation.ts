import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';
import { limitValue } from '../../shared/parameterValues';
import { SingleItem, type SingleOperation, type SingleResource } from '../../shared/dispatchOneByOne';
import type { OzonClient } from '../api/client';
import { needPosting } from '../api/commandConfirmation';
import { asJson, presentPosting } from './output';
import type { Listed, OzonPosting } from '../api/schema';

export type { Produced } from '../../shared/outputItems';
export type Operation = SingleOperation<Item>;
export type Resource = SingleResource<Item>;

/** What all items of one execution share. */
export interface Work {
	client: OzonClient;
	shop: string;
	/** Postings that this execution has begun to assemble: none is assembled twice. */
	assembling: Set<string>;
}

/** One input item with its parameters. */
export class Item extends SingleItem<Work> {
	get client(): OzonClient {
		return this.work.client;
	}

	/** An id or a number as people and expressions write it. */
	id(name: string): string {
		return this.get(name, z.union([z.string(), z.number().transform(String)]).transform((value) => value.trim()).pipe(z.string().min(1, 'it is empty')));
	}

	/** The posting that the item names, as it is now. @throws ServiceFailure, Unsettled */
	async posting(): Promise<OzonPosting> {
		return await needPosting(this.client, this.id('postingNumber'));
	}

	/** How many results to give. */
	limit(): number {
		return this.get('returnAll', z.boolean()) ? Number.POSITIVE_INFINITY : this.get('limit', limitValue);
	}

	/** The posting as the node shows it: simplified, or as Ozon sent it. */
	present(posting: OzonPosting): IDataObject {
		return this.isSimplified() ? presentPosting(posting, this.work.shop) : asJson(posting.raw);
	}

	presentListed(listed: Listed): IDataObject {
		if ('posting' in listed) return this.present(listed.posting);
		const { number, why, raw } = listed.unreadable;
		return this.isSimplified() ? { number, postingNumber: number, stage: 'unknown', unreadable: why } : asJson(raw);
	}

	isSimplified(): boolean {
		return this.get('simplify', z.boolean());
	}
}

/** The first so many of what comes page by page; no page more than needed is read. */
export async function take<T>(pages: AsyncGenerator<T[], void>, limit: number): Promise<T[]> {
	const taken: T[] = [];
	for await (const page of pages) {
		taken.push(...page);
		if (taken.length >= limit) break;
	}
	return taken.slice(0, limit);
}
