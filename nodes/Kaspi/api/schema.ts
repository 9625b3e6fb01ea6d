import { z } from 'zod/v4';
import { flag, neededNumber, neededText, number, text, withRaw } from '../../../transport/lenient';

/*
 * What Kaspi really sends (kaspi.md §2, §4): nulls, numbers as strings, a nested or a flat `kaspiDelivery`, absent addresses.
 * Tolerant of all that; loud about the few fields without which an order cannot be told from another one.
 */

const customer = z.object({ id: text, name: text, firstName: text, lastName: text, cellPhone: text });
export type KaspiCustomer = z.infer<typeof customer>;

const address = z.object({
	formattedAddress: text,
	town: text,
	streetName: text,
	streetNumber: text,
	building: text,
	apartment: text,
});

const handOver = {
	waybill: text,
	waybillNumber: text,
	courierTransmissionDate: number,
	courierTransmissionPlanningDate: number,
	express: flag,
	returnedToWarehouse: flag,
};
const nestedHandOver = z.object(handOver);

const attributes = z
	.object({
		code: neededText,
		state: neededText,
		status: neededText,
		/** Epoch ms, like every date of Kaspi's (§1). */
		creationDate: neededNumber,
		totalPrice: neededNumber,
		deliveryCost: number,
		plannedDeliveryDate: number,
		deliveryMode: text,
		isKaspiDelivery: flag,
		preOrder: flag,
		signatureRequired: flag,
		assembled: flag,
		cancellationReason: text,
		customer: customer.nullish().transform((value) => value ?? undefined),
		deliveryAddress: address.nullish().transform((value) => value ?? undefined),
		kaspiDelivery: nestedHandOver.nullish(),
		...handOver,
	})
	.transform(({ kaspiDelivery, ...flat }) => {
		// The document lists these fields flat, every sample has them nested: nested first (§2 "kaspiDelivery").
		return {
			...flat,
			waybill: kaspiDelivery?.waybill ?? flat.waybill,
			waybillNumber: kaspiDelivery?.waybillNumber ?? flat.waybillNumber,
			courierTransmissionDate: kaspiDelivery?.courierTransmissionDate ?? flat.courierTransmissionDate,
			courierTransmissionPlanningDate:
				kaspiDelivery?.courierTransmissionPlanningDate ?? flat.courierTransmissionPlanningDate,
			express: kaspiDelivery?.express || flat.express,
			returnedToWarehouse: kaspiDelivery?.returnedToWarehouse || flat.returnedToWarehouse,
		};
	});

const reference = z.object({ id: z.string() });
const relationships = z
	.object({
		entries: z.object({ data: z.array(reference).nullish() }).nullish(),
		user: z.object({ data: reference.nullish() }).nullish(),
	})
	.nullish();

const rawResource = z.record(z.string(), z.unknown());

/** An order with its id and attributes in one object, dates in epoch ms, money in KZT. */
export const orderResource = withRaw(
	z.object({ id: z.string().min(1), attributes, relationships }).transform((resource) => ({
		...resource.attributes,
		id: resource.id,
		entryIds: resource.relationships?.entries?.data?.map((entry) => entry.id),
		userId: resource.relationships?.user?.data?.id,
	})),
);
export type KaspiOrder = z.infer<typeof orderResource>;

const entryAttributes = z.object({
	quantity: neededNumber,
	basePrice: number,
	totalPrice: number,
	entryNumber: number,
	offer: z.object({ code: text, name: text, isImeiRequired: flag }).nullish(),
	category: z.object({ title: text }).nullish(),
	unitType: text,
	/** Grams, weighed goods only. */
	weight: number,
	isImeiRequired: flag,
});

/** One line of an order. `sku` is the seller's own; absent when Kaspi left the offer out (§4). */
export const entryResource = withRaw(
	z.object({ id: z.string().min(1), attributes: entryAttributes }).transform(({ id, attributes: line }) => ({
		id,
		entryNumber: line.entryNumber,
		sku: line.offer?.code,
		name: line.offer?.name ?? line.category?.title,
		quantity: line.quantity,
		price: line.basePrice ?? (line.totalPrice ?? 0) / (line.quantity || 1),
		total: line.totalPrice ?? (line.basePrice ?? 0) * line.quantity,
		unitType: line.unitType,
		weight: line.weight,
		isImeiRequired: line.isImeiRequired || (line.offer?.isImeiRequired ?? false),
	})),
);
export type KaspiEntry = z.infer<typeof entryResource>;

const included = z
	.array(z.object({ type: z.string(), id: z.string(), attributes: rawResource.nullish() }).passthrough())
	.nullish()
	.transform((resources) => resources ?? []);
export type Included = z.infer<typeof included>;

export const customerAttributes = customer;

/** A page of orders: each order is read on its own later, so that a broken one does not take the others with it. */
export const orderList = z.object({
	data: z.array(z.object({ id: z.string().min(1) }).passthrough()),
	included,
	meta: z.object({ pageCount: neededNumber, totalCount: neededNumber }),
});

/** The answer to a search by code: nought or one order; a broken one is refused. */
export const ordersByCode = z.object({ data: z.array(orderResource), included });
export const oneOrder = z.object({ data: orderResource, included });
export const entryList = z.object({ data: z.array(entryResource) });
/** A product card (`masterproducts`) or the seller's offer of it (`merchantproducts`): §4. */
export const oneProduct = z.object({
	data: z.object({ id: z.string().min(1), attributes: z.object({ code: text, name: text }) }),
});

/** The echo of a command: it proves nothing but that Kaspi took it (§3.3). */
export const commandEcho = z.object({ data: z.object({}).passthrough() });
/** `INPROGRESS` or `SUCCESSFULL` [sic] (§4.1). */
export const entryCancelEcho = z.object({ data: z.object({ attributes: z.object({ status: neededText }) }) });
export const partialCancelEcho = z.object({ status: neededText });
/** The shape of IMEI answers is known from one digest only (§4.1), so nothing is promised but that it is JSON. */
export const imeiAnswer = z.object({ data: z.unknown() }).passthrough();

const failureBody = z.object({ errors: z.array(z.object({ title: text })).min(1) });

/** Kaspi's own words in a bad answer: only `title` has ever been seen (§6). */
export function readKaspiFailure(_status: number, body: unknown): string | undefined {
	const parsed = failureBody.safeParse(body);
	return parsed.success ? parsed.data.errors.map(({ title }) => title).filter(Boolean).join('; ') || undefined : undefined;
}
