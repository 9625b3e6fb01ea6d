import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { deliveryKinds, type DeliveryKind } from '../../../../core/order/order';
import type { OrderQuery } from '../../api/client';
import type { Listed } from '../../api/listedOrder';
import { orderFromKaspi, unreadableOrder } from '../../model/order';
import { longestPeriodMs, slicesOf } from '../../model/period';
import { asJson, presentOrder } from '../output';
import { Unsettled } from '../../api/commandConfirmation';
import { idOf } from '../../api/orderReader';
import { limitValue, optionalMoment } from '../../../shared/parameterValues';
import { simplifyField } from '../parameters';
import type { Item, Operation } from '../operation';

const states = ['ARCHIVE', 'DELIVERY', 'KASPI_DELIVERY', 'NEW', 'PICKUP', 'SIGN_REQUIRED'];
const statuses = [
	'ACCEPTED_BY_MERCHANT',
	'APPROVED_BY_BANK',
	'CANCELLED',
	'CANCELLING',
	'COMPLETED',
	'KASPI_DELIVERY_RETURN_REQUESTED',
	'RETURN_ACCEPTED_BY_MERCHANT',
	'RETURNED',
];

const kindNames: Record<DeliveryKind, string> = {
	express: 'Express',
	marketplace_delivery: 'Kaspi Delivery',
	postomat: 'Kaspi Postomat',
	marketplace_warehouse: 'Marketplace Warehouse',
	own_delivery: 'Own Delivery',
	pickup: 'Own Pickup',
	regional_pickup: 'Regional Pickup',
	unknown: 'Unknown',
};

const titleOf = (value: string): string =>
	value
		.toLowerCase()
		.split('_')
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join(' ');

const asOptions = (values: readonly string[]) => values.map((value) => ({ name: titleOf(value), value }));

const properties: readonly INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
	{
		displayName: 'Created After',
		name: 'createdAfter',
		type: 'dateTime',
		default: '',
		description: 'Start of the period, of any length; the last 13 days when empty',
	},
	{
		displayName: 'Created Before',
		name: 'createdBefore',
		type: 'dateTime',
		default: '',
		description: 'End of the period; now when empty',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Delivery Kinds',
				name: 'deliveryKinds',
				type: 'multiOptions',
				options: Object.entries(kindNames).map(([value, name]) => ({ name, value })),
				default: [],
				description: 'How the goods get to the buyer',
			},
			{
				displayName: 'States',
				name: 'states',
				type: 'multiOptions',
				options: asOptions(states),
				default: [],
				description: 'Sections of the seller cabinet; each is a list of its own, so name only those you need',
			},
			{
				displayName: 'Statuses',
				name: 'statuses',
				type: 'multiOptions',
				options: asOptions(statuses),
				default: [],
				description: 'Statuses of the orders',
			},
		],
	},
	simplifyField,
];

const filters = z.object({
	deliveryKinds: z.array(z.enum(deliveryKinds)).prefault([]),
	states: z.array(z.string()).prefault([]),
	statuses: z.array(z.string()).prefault([]),
});
type Filters = z.infer<typeof filters>;

export const getMany: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many orders',
	description: 'List the orders of any period, newest first',
	properties,
	async run(item) {
		const limit = item.get('returnAll', z.boolean()) ? Number.POSITIVE_INFINITY : item.get('limit', limitValue);
		const wanted = item.get('filters', filters);
		const isRaw = !item.get('simplify', z.boolean());
		// By id: an order may come twice, and the last one is the truest (kaspi.md §6).
		const found = new Map<string, Listed>();
		for (const query of queriesOf(item, wanted)) {
			for await (const { orders } of item.client.pages(query)) {
				for (const each of orders) if (fits(each, wanted, item.work.shop)) found.set(idOf(each), each);
				if (found.size >= limit) return present([...found.values()].slice(0, limit), item, isRaw);
			}
		}
		return present([...found.values()], item, isRaw);
	},
};

/** Each fortnight costs a call for each state. Whoever really means the last century has mistyped. */
const earliest = Date.UTC(2010, 0, 1);

/** Newest slice first, state by state. */
function queriesOf(item: Item, { states: sections, statuses: wantedStatuses }: Filters): OrderQuery[] {
	const now = Date.now();
	const to = item.get('createdBefore', optionalMoment);
	const from = item.get('createdAfter', optionalMoment) ?? (to ?? now) - longestPeriodMs;
	if (from < earliest) {
		throw new Unsettled(
			`Created After lies before ${new Date(earliest).getUTCFullYear()}, which would take hours of empty lists`,
			'Correct Created After: a date of 1970 mostly means that the expression gave an empty or zero value.',
		);
	}
	if (from > (to ?? now)) throw new Unsettled('The period ends before it begins', 'Correct Created After and Created Before.');
	// A status without a state is not sure to be taken as a filter (§1.1), so alone it is looked at here.
	const status = sections.length > 0 && wantedStatuses.length === 1 ? wantedStatuses[0] : undefined;
	const slices = slicesOf(from, to, now).reverse();
	const chosen: (string | undefined)[] = sections.length > 0 ? sections : [undefined];
	return slices.flatMap((slice) => chosen.map((state) => ({ ...slice, state, status })));
}

function fits(listed: Listed, { deliveryKinds: kinds, states: sections, statuses: wanted }: Filters, shop: string): boolean {
	if ('unreadable' in listed) return true;
	const { order } = listed;
	return (
		(sections.length === 0 || sections.includes(order.state)) &&
		(wanted.length === 0 || wanted.includes(order.status)) &&
		(kinds.length === 0 || kinds.includes(orderFromKaspi(order, shop).delivery.kind))
	);
}

const present = (orders: readonly Listed[], item: Item, isRaw: boolean) =>
	orders.map((each) => {
		if ('order' in each) return { json: item.present(each.order, each.entries) };
		const { raw, why } = each.unreadable;
		return { json: isRaw ? asJson(raw) : presentOrder(unreadableOrder(each.unreadable, item.work.shop, why)) };
	});
