import {
	NodeConnectionTypes,
	type IDataObject,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { z } from 'zod/v4';
import { nodeErrorFrom } from '../../transport/n8n';
import { kaspiToken } from './api/credentialTest';
import { connectKaspi } from './api/connection';
import { kaspiEvents, type KaspiEvent } from './model/events';
import { orderFromKaspi, unreadableOrder } from './model/order';
import { longestPeriodMs } from './model/period';
import { presentOrder } from './actions/output';
import { pollRemembering } from '../shared/triggerPoll';
import { watch, watchMemory, type Happening } from './trigger/orderWatch';

const eventTexts: Record<KaspiEvent, { name: string; description: string }> = {
	cancelled: { name: 'Cancelled', description: 'An order was cancelled, by whomever' },
	goodsBack: { name: 'Goods Back', description: 'The goods of an order cancelled on the way wait at the warehouse to be collected' },
	newOrder: { name: 'New Order', description: 'An order was seen for the first time' },
	return: { name: 'Return', description: 'A return was requested or has ended' },
	stageChanged: { name: 'Stage Changed', description: 'An order has come to another stage, whoever moved it' },
	waybillReady: { name: 'Waybill Ready', description: 'Kaspi has made the waybill of an order' },
};

/** The part of the time that n8n gives to a poll: what is left is for the answer that is under way. */
const shareOfBudget = 0.8;
/** n8n before 2.36 does not say how long a poll may take. */
const usualBudgetMs = 300_000;

export class KaspiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Kaspi Trigger',
		name: 'kaspiTrigger',
		icon: { light: 'file:kaspi.svg', dark: 'file:kaspi.dark.svg' },
		group: ['trigger'],
		version: 1,
		// dealStageChanged → deal stage changed
		subtitle: '={{ $parameter["events"].map((event) => event.replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase())).join(", ") }}',
		description: 'Starts the workflow when something happens to the orders of a Kaspi.kz shop',
		defaults: { name: 'Kaspi Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'kaspiApi', testedBy: 'kaspiToken', displayName: 'Kaspi Credential', required: true }],
		properties: [
			{
				displayName: 'Kaspi has no webhooks: orders are polled. Express orders must be accepted within an hour, so poll every five minutes or more often.',
				name: 'notice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				options: Object.entries(eventTexts).map(([value, text]) => ({ value, ...text })),
				default: ['newOrder', 'stageChanged'],
				description: 'What to start the workflow for; each event of an order is an item of its own',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Emit Existing Orders',
						name: 'emitExisting',
						type: 'boolean',
						default: false,
						description: 'Whether the first poll tells about the active orders that are there already',
					},
					{
						displayName: 'Include Items',
						name: 'includeItems',
						type: 'boolean',
						default: true,
						description: 'Whether every order brings its lines; costs one more call for some of them',
					},
				],
			},
		],
	};

	methods = { credentialTest: { kaspiToken } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		if (this.getMode() === 'manual') return itemsOf(await sample(this));

		const happenings = await pollRemembering(this, {
			part: watchMemory,
			postponed: (now) => ({ orders: {}, since: now }),
			look: async (before) => {
				const { happenings: items, state: next } = await watch(before, {
					connection: await connectKaspi(this),
					events: chosenEvents(this),
					emitExisting: this.getNodeParameter('options.emitExisting', false) === true,
					withItems: this.getNodeParameter('options.includeItems', true) === true,
					isTimeUp: clockFor(this),
					now: Date.now,
				});
				return { items, next };
			},
		});
		return itemsOf(happenings);
	}
}

const chosenEvents = (context: IPollFunctions): KaspiEvent[] => z.array(z.enum(kaspiEvents)).parse(context.getNodeParameter('events'));

function clockFor(context: IPollFunctions): () => boolean {
	const budget = typeof context.getPollBudgetMs === 'function' ? context.getPollBudgetMs() : usualBudgetMs;
	const end = Date.now() + budget * shareOfBudget;
	return () => Date.now() > end;
}

/** For the editor: one of the latest orders, as if the first chosen event had just happened to it. */
async function sample(context: IPollFunctions): Promise<Happening[]> {
	try {
		const { client, shop } = await connectKaspi(context);
		const { orders } = await client.page({ from: Date.now() - longestPeriodMs }, 0, 1);
		return orders.map((listed) => ({
			event: chosenEvents(context)[0] ?? 'newOrder',
			order:
				'order' in listed
					? orderFromKaspi(listed.order, shop, listed.entries)
					: unreadableOrder(listed.unreadable, shop, listed.unreadable.why),
		}));
	} catch (error) {
		throw nodeErrorFrom(context.getNode(), error);
	}
}

function itemsOf(happenings: readonly Happening[]): INodeExecutionData[][] | null {
	if (happenings.length === 0) return null;
	return [
		happenings.map(({ event, previousStage, order }) => {
			const json: IDataObject = { event, ...(previousStage === undefined ? {} : { previousStage }), ...presentOrder(order) };
			return { json };
		}),
	];
}
