import { z } from 'zod/v4';
import { ServiceFailure } from '../../../transport/errors';
import type { ServiceClient, ServiceRequest } from '../../../transport/service';
import { entriesOf, listed, withCustomer, type FoundOrder, type Listed } from './listedOrder';
import type { Period } from '../model/period';
import {
	commandEcho,
	entryCancelEcho,
	entryList,
	imeiAnswer,
	oneOrder,
	oneProduct,
	orderList,
	ordersByCode,
	partialCancelEcho,
	type KaspiEntry,
	type KaspiOrder,
} from './schema';

/** Which orders a listing shows; one value each (kaspi.md §1.1). The period must not be longer than `longestPeriodMs`. */
export interface OrderQuery extends Period {
	state?: string;
	status?: string;
}

export interface OrderPage {
	orders: Listed[];
	pageCount: number;
	totalCount: number;
}

/** Which order a call is about: its id for Kaspi, its number for people. */
export interface OrderRef {
	id: string;
	code: string;
}

/** How many pieces of a line stay. */
export interface LineCut {
	entryId: string;
	/** 0 takes the line out. */
	remainedQuantity: number;
}

/** The status values that a seller may send (§3.3); COMPLETED goes its own way. */
export type StatusCommand = 'ACCEPTED_BY_MERCHANT' | 'ARRIVED' | 'ASSEMBLE' | 'CANCELLED' | 'ARRIVED_BACKWARD';

export const pageSize = 100;

/** The Shop API as typed calls (kaspi.md §1, §3.3, §4). Every method throws `ServiceFailure`. Writes are sent once. */
export class KaspiClient {
	private readonly root: string;

	/** @param base the credential's base URL, whose host `service` calls */
	constructor(
		private readonly service: ServiceClient,
		private readonly base: URL,
	) {
		this.root = base.pathname.replace(/^\/+|\/+$/g, '');
	}

	/** @param number of the page, from 0 */
	async page(query: OrderQuery, number: number, size = pageSize): Promise<OrderPage> {
		const filter = (name: string, value: string | undefined) =>
			value === undefined ? [] : ([[`filter[orders]${name}`, value]] as const);
		const answer = await this.get('orders', 'orders', orderList, 'the list of orders', [
			['page[number]', String(number)],
			['page[size]', String(size)],
			...filter('[creationDate][$ge]', String(Math.floor(query.from))),
			...filter('[creationDate][$le]', query.to === undefined ? undefined : String(Math.ceil(query.to))),
			...filter('[state]', query.state),
			...filter('[status]', query.status),
			['include[orders]', 'user,entries'],
		]);
		return { orders: answer.data.map((resource) => listed(resource, answer.included)), ...answer.meta };
	}

	/**
	 * All pages of a listing. An order may come twice: pages shift while they are read (§6), and when the list has become
	 * shorter the page before is read again, because an order may have slipped back over the border.
	 */
	async *pages(query: OrderQuery): AsyncGenerator<OrderPage, void> {
		let total: number | undefined;
		for (let number = 0, pageCount = 1; number < pageCount; number++) {
			const page = await this.page(query, number);
			if (total !== undefined && page.totalCount < total) yield await this.page(query, number - 1);
			yield page;
			({ pageCount, totalCount: total } = page);
		}
	}

	/** @param number for texts, when it is known */
	async order(id: string, number?: string): Promise<KaspiOrder> {
		const { data, included } = await this.get(
			`orders/${encodeURIComponent(id)}`,
			'orders/{id}',
			oneOrder,
			number === undefined ? `the order with id ${id}` : `order ${number}`,
			[],
			number,
		);
		return withCustomer(data, included);
	}

	/** Searches by the number that people use; `undefined` when this shop has no such order. */
	async findByCode(code: string): Promise<FoundOrder | undefined> {
		const { data, included } = await this.get('orders', 'orders?code', ordersByCode, `order ${code}`, [
			['filter[orders][code]', code],
			['include[orders]', 'user,entries'],
		]);
		// The search is exact as far as anybody knows; a stranger's order must not slip in if it is not.
		const found = data.find((order) => order.code === code);
		return found && { order: withCustomer(found, included), entries: entriesOf(found, included) };
	}

	/** The lines of an order; where Kaspi leaves the seller's offer out, it is looked up through the product card (§4). */
	async entries({ id, code }: OrderRef): Promise<KaspiEntry[]> {
		const path = `orders/${encodeURIComponent(id)}/entries`;
		const { data } = await this.get(path, 'orders/{id}/entries', entryList, `the lines of order ${code}`, [], code);
		const complete: KaspiEntry[] = [];
		for (const entry of data) {
			complete.push(entry.sku === undefined ? { ...entry, ...(await this.offerOf(entry, code)) } : entry);
		}
		return complete;
	}

	private async offerOf(entry: KaspiEntry, code: string): Promise<Pick<KaspiEntry, 'sku' | 'name'>> {
		const about = `the product of a line of order ${code}`;
		const card = await this.get(
			`orderentries/${encodeURIComponent(entry.id)}/product`,
			'orderentries/{id}/product',
			oneProduct,
			about,
		);
		const offer = await this.get(
			`masterproducts/${encodeURIComponent(card.data.id)}/merchantProduct`,
			'masterproducts/{id}/merchantProduct',
			oneProduct,
			about,
		);
		const { code: sku, name } = offer.data.attributes;
		return { sku, name: name ?? card.data.attributes.name ?? entry.name };
	}

	/** @param attributes e.g. `numberOfSpace` (text, §3.3) or `cancellationReason` */
	async setStatus(order: OrderRef, status: StatusCommand, attributes: Record<string, string> = {}): Promise<void> {
		await this.command(order, status, attributes);
	}

	/** Makes Kaspi push a code to the buyer's app (first call of two, §3.3). */
	async sendIssueCode(order: OrderRef): Promise<void> {
		await this.command(order, 'COMPLETED', {}, '');
	}

	/** Issues the goods against the code from the buyer's app. For a person at the counter, never for a machine. */
	async completeWithCode(order: OrderRef, code: string): Promise<void> {
		await this.command(order, 'COMPLETED', {}, code);
	}

	private async command(
		{ id, code }: OrderRef,
		status: StatusCommand | 'COMPLETED',
		attributes: Record<string, string>,
		securityCode?: string,
	): Promise<void> {
		await this.service.send({
			method: 'POST',
			path: `${this.root}/orders`,
			route: `orders ${status}`,
			about: `${status} of order ${code}`,
			orders: [code],
			body: { data: { type: 'orders', id, attributes: { code, status, ...attributes } } },
			headers: securityCode === undefined ? undefined : { 'X-Security-Code': securityCode, 'X-Send-Code': 'true' },
			answer: commandEcho,
		});
	}

	/** Lowers or removes one line; Kaspi does it later (§4.1). Returns Kaspi's word, e.g. `INPROGRESS`. */
	async cancelEntry({ code }: OrderRef, cut: LineCut, reason: string, notes?: string): Promise<string> {
		const type = 'orderEntryCancelOperation';
		const answer = await this.service.send({
			method: 'POST',
			path: `${this.root}/${type}`,
			route: type,
			about: `a line of order ${code}`,
			body: {
				data: {
					type,
					attributes: { remainedQuantity: cut.remainedQuantity, reason, ...(notes === undefined ? {} : { notes }) },
					relationships: entryRelation(cut.entryId),
				},
			},
			answer: entryCancelEcho,
		});
		return answer.data.attributes.status;
	}

	/** Several lines at once: plain JSON, and beside `/v2` (§1, §4.1). */
	async cancelEntries({ id, code }: OrderRef, cuts: readonly LineCut[], reason: string, notes?: string): Promise<string> {
		const answer = await this.service.send({
			method: 'PUT',
			path: `${this.root.replace(/\/?v2$/, '')}/orderPartialCancel/${encodeURIComponent(id)}`,
			route: 'orderPartialCancel/{id}',
			about: `the lines of order ${code}`,
			body: cuts.map(({ entryId, remainedQuantity }) => ({
				entry: { id: entryId },
				remainedQuantity,
				reason,
				...(notes === undefined ? {} : { notes }),
			})),
			headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
			answer: partialCancelEcho,
		});
		return answer.status;
	}

	/** As Kaspi sends them: the shape is known from one source only (§4.1). */
	async imeis({ id, code }: OrderRef): Promise<unknown> {
		const path = `orders/${encodeURIComponent(id)}/imei`;
		return (await this.get(path, 'orders/{id}/imei', imeiAnswer, `the IMEIs of order ${code}`)).data;
	}

	/** @param pieces the IMEIs of each piece of the line */
	async setImeis({ code }: OrderRef, entryId: string, pieces: readonly (readonly string[])[]): Promise<void> {
		const type = 'orderEntryImeiOperation';
		await this.service.send({
			method: 'POST',
			path: `${this.root}/${type}`,
			route: type,
			about: `the IMEIs of order ${code}`,
			orders: [code],
			// The whole list of the line: the same when it comes twice.
			repeatable: true,
			body: {
				data: {
					type,
					attributes: { items: pieces.map((imei) => ({ imei })) },
					relationships: entryRelation(entryId),
				},
			},
			answer: commandEcho,
		});
	}

	/** The waybill as a PDF; Kaspi has it only until the courier takes the parcel (§3.3). The token goes to the API's host alone. */
	async waybill({ code, waybill }: KaspiOrder): Promise<Buffer> {
		const url = waybill === undefined ? undefined : new URL(waybill, this.base);
		if (url?.host !== this.base.host) throw noWaybill(code, url);
		const pdf = await this.service.send({
			method: 'GET',
			path: `${url.pathname}${url.search}`,
			route: 'waybill/{key}',
			about: `the waybill of order ${code}`,
			headers: { Accept: 'application/pdf, application/vnd.api+json' },
			bytes: true,
			answer: z.instanceof(Buffer),
		});
		if (pdf.subarray(0, 4).toString('latin1') !== '%PDF') throw notPdf(code);
		return pdf;
	}

	private async get<T>(
		path: string,
		route: string,
		answer: ServiceRequest<T>['answer'],
		about: string,
		query: ServiceRequest<T>['query'] = [],
		number?: string,
	): Promise<T> {
		const orders = number === undefined ? undefined : [number];
		return await this.service.send({ method: 'GET', path: `${this.root}/${path}`, route, query, answer, about, orders });
	}
}

const entryRelation = (id: string) => ({ entry: { data: { type: 'orderentries', id } } });

const noWaybill = (code: string, url: URL | undefined): ServiceFailure =>
	url === undefined
		? new ServiceFailure({
				api: 'Kaspi',
				kind: 'not_found',
				message: `Order ${code} has no waybill yet`,
				advice: 'Assemble the order first; Kaspi then needs up to three minutes. Read the order until it has a waybill number.',
			})
		: new ServiceFailure({
				api: 'Kaspi',
				kind: 'bad_answer',
				message: `The waybill of order ${code} lies on ${url.host}, to which the token is not sent`,
				advice: 'Download it in the seller cabinet, and check the Base URL of the credential.',
			});

const notPdf = (code: string): ServiceFailure =>
	new ServiceFailure({
		api: 'Kaspi',
		kind: 'bad_answer',
		message: `Kaspi did not send a PDF as the waybill of order ${code}`,
		advice: 'Try again in a minute, or download it in the seller cabinet. After the courier has taken the parcel it is gone.',
	});
