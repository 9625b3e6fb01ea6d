import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { gatherSecondsProperty, pollResult, webhookResult } from '../shared/triggerItems';
import { authenticationParameter, credentialsParameter } from './api/authentication';
import { amoCrmToken } from './api/credentialTest';
import { eventKinds } from './model/events';
import { hookExists, makeHook, removeHook } from './trigger/webhookRegistration';
import { pollHistory } from './trigger/pollHistory';
import { receive } from './trigger/receiveWebhook';

export class AmoCrmTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'amoCRM Trigger',
		name: 'amoCrmTrigger',
		icon: { light: 'file:amocrm.svg', dark: 'file:amocrm.dark.svg' },
		group: ['trigger'],
		// Not 1: for that version n8n evaluates an expression in a fresh isolate with every webhook call, which costs more than all the rest.
		version: 1.1,
		// dealStageChanged → deal stage changed
		subtitle: '={{ $parameter["events"].map((event) => event.replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase())).join(", ") }}',
		description: 'Starts the workflow when something happens in amoCRM or Kommo: by webhook, and by a poll that finds what the webhook has lost',
		eventTriggerDescription: 'Waiting for something to happen in amoCRM',
		activationMessage: 'The webhook is registered in amoCRM, and its history is polled',
		defaults: { name: 'amoCRM Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsParameter,
		polling: true,
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'amocrm' }],
		properties: [
			authenticationParameter,
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				options: eventKinds.map(({ name, value }) => ({ name, value })).sort((a, b) => a.name.localeCompare(b.name)),
				default: ['dealAdded', 'dealStatusChanged', 'dealDeleted'],
				description: 'What to listen to; a deal to which several things happen at once comes as one item',
			},
			{
				displayName: 'Receive By',
				name: 'receiveBy',
				type: 'options',
				options: [
					{
						name: 'Polling Only',
						value: 'polling',
						description: 'When n8n has no public address, or the plan of the account has no webhooks',
					},
					{
						name: 'Webhook and Polling',
						value: 'both',
						description: 'At once by webhook; the poll finds what the webhook has lost',
					},
				],
				default: 'both',
			},
			gatherSecondsProperty,
			{
				displayName: 'Read the Deals',
				name: 'readDeals',
				type: 'boolean',
				default: false,
				description:
					'Whether to add each deal as it is now, with one more call. Otherwise the items hold IDs only and amoCRM is answered at once.',
			},
		],
	};

	methods = { credentialTest: { amoCrmToken } };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await hookExists(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await makeHook(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await removeHook(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return webhookResult(await receive(this));
	}

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return pollResult(await pollHistory(this));
	}
}
