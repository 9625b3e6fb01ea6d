import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';
import { orderFromKaspi } from '../order';
import { asJson, presentOrder } from '../present';
import type { KaspiClient } from '../client';
import type { FoundOrder } from '../found';
import { Unsettled } from '../confirm';
import type { KaspiEntry, KaspiOrder } from '../schema';
import { sleep } from 'n8n-workflow';

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
	client: KaspiClient;
	shop: string;
	/** Orders that this execution has begun to assemble: none is assembled twice. */
	assembling: Set<string>;
}

/** A lookup by number may miss right after a change of the order (kaspi.md §6). */
const secondLookMs = 2_500;

const orderLocator = z.object({
	mode: z.string(),
	value: z.union([z.string(), z.number()]).nullish().transform((value) => String(value ?? '').trim()),
});

/** One input item with its parameters. */
export class Item {
	constructor(
		readonly context: IExecuteFunctions,
		readonly index: number,
		readonly work: Work,
	) {}

	get client(): KaspiClient {
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

	/** The order that the item names, as it is now; with its lines when they came along. @throws ServiceFailure, Unsettled */
	async order(): Promise<FoundOrder> {
		const { mode, value } = this.get('order', orderLocator);
		if (value === '') throw new Unsettled('No order was named', 'Choose an order, or put its number or ID into the field.');
		if (mode !== 'number') return { order: await this.client.order(value) };
		const found = (await this.client.findByCode(value)) ?? (await this.secondLook(value));
		if (found !== undefined) return found;
		throw new Unsettled(
			`Kaspi has no order ${value} in this shop`,
			'Check the number, and that the credential belongs to the shop of the order.',
		);
	}

	private async secondLook(number: string): Promise<FoundOrder | undefined> {
		await sleep(secondLookMs);
		return await this.client.findByCode(number);
	}

	/** The order as the node shows it: simplified, or as Kaspi sent it. */
	present(order: KaspiOrder, entries?: readonly KaspiEntry[]): IDataObject {
		if (this.get('simplify', z.boolean())) return presentOrder(orderFromKaspi(order, this.work.shop, entries));
		return { ...asJson(order.raw), ...(entries === undefined ? {} : { entries: entries.map(({ raw }) => asJson(raw)) }) };
	}
}
