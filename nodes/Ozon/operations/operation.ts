import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';
import type { OzonClient } from '../client';
import { needPosting, Unsettled } from '../confirm';
import { asJson, presentPosting } from '../present';
import type { Listed, OzonPosting } from '../schema';

export interface Produced {
	json: IDataObject;
	binary?: IBinaryKeyData;
}

/** An operation as data; the dispatcher does item linking, error outputs and the conditions of display. */
export interface Operation {
	value: string;
	name: string;
	action: string;
	description: string;
	properties: readonly INodeProperties[];
	/** How many items may be under way at a time. Default 1. */
	atOnce?: number;
	run(item: Item): Promise<Produced[]>;
}

export interface Resource {
	value: string;
	name: string;
	operations: readonly Operation[];
}

/** What all items of one execution share. */
export interface Work {
	client: OzonClient;
	shop: string;
	/** Postings that this execution has begun to assemble: none is assembled twice. */
	assembling: Set<string>;
}

/** One input item with its parameters. */
export class Item {
	constructor(
		readonly context: IExecuteFunctions,
		readonly index: number,
		readonly work: Work,
	) {}

	get client(): OzonClient {
		return this.work.client;
	}

	/** A parameter's value for this item, checked. @throws Unsettled */
	get<T>(name: string, schema: z.ZodType<T, z.ZodTypeDef, unknown>): T {
		const value: unknown = this.context.getNodeParameter(name, this.index, undefined);
		const parsed = schema.safeParse(value ?? undefined);
		if (parsed.success) return parsed.data;
		const why = parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
		throw new Unsettled(`The parameter "${name}" cannot be used: ${why}`, 'Correct the parameter, or the expression in it.');
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
		return this.get('returnAll', z.boolean()) ? Number.POSITIVE_INFINITY : this.get('limit', z.number().int().min(1));
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
