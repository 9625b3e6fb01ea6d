import { sleep, type IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';
import { readNumberText } from '../../../core/input/readNumberText';
import { SingleItem, type SingleOperation, type SingleResource } from '../../shared/dispatchOneByOne';
import { orderFromKaspi } from '../model/order';
import { asJson, presentOrder } from './output';
import type { KaspiClient } from '../api/client';
import type { FoundOrder } from '../api/listedOrder';
import { Unsettled } from '../api/commandConfirmation';
import type { KaspiEntry, KaspiOrder } from '../api/schema';

export type { Produced } from '../../shared/outputItems';
export type Operation = SingleOperation<Item>;
export type Resource = SingleResource<Item>;

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
	value: z.union([z.string(), z.number()]).nullish().transform((value) => readNumberText(value ?? '')),
});

/** One input item with its parameters. */
export class Item extends SingleItem<Work> {
	get client(): KaspiClient {
		return this.work.client;
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
