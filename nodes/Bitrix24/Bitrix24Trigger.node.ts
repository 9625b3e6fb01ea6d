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
import { bitrix24Webhook } from './api/credentialTest';
import { eventKinds } from './model/events';
import { hookExists, makeHook, removeHook } from './trigger/webhookRegistration';
import { pollHistory } from './trigger/pollHistory';
import { receive } from './trigger/receiveWebhook';

export class Bitrix24Trigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bitrix24 Trigger',
		name: 'bitrix24Trigger',
		icon: { light: 'file:bitrix24.svg', dark: 'file:bitrix24.dark.svg' },
		group: ['trigger'],
		// Not 1: for that version n8n evaluates an expression in a fresh isolate with every webhook call, which costs more than all the rest.
		version: 1.1,
		// dealStageChanged → deal stage changed
		subtitle: '={{ $parameter["events"].map((event) => event.replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase())).join(", ") }}',
		description: 'Starts the workflow when something happens in Bitrix24: by webhook, and by a poll that finds what the webhook has lost',
		eventTriggerDescription: 'Waiting for something to happen in Bitrix24',
		activationMessage: 'Calls of Bitrix24 are taken, and its stage history is polled',
		defaults: { name: 'Bitrix24 Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsParameter,
		polling: true,
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'bitrix24' }],
		properties: [
			authenticationParameter,
			{
				displayName:
					'In Bitrix24 open Developer resources, Other, Outgoing webhook. Its handler is the production URL of this trigger; choose the same events there, and copy the application token that it shows into the credential.',
				name: 'outgoingWebhookNotice',
				type: 'notice',
				default: '',
				displayOptions: { show: { authentication: ['webhook'], receiveBy: ['both'] } },
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				options: eventKinds.map(({ name, value }) => ({ name, value })).sort((a, b) => a.name.localeCompare(b.name)),
				default: ['dealAdded', 'dealStageChanged', 'dealDeleted'],
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
						description: 'When n8n has no public address. New deals, stages and pipelines are seen; deletions and contacts are not.',
					},
					{
						name: 'Webhook and Polling',
						value: 'both',
						description: 'At once by webhook; the poll finds what the webhook has lost, and moves between pipelines',
					},
				],
				default: 'both',
			},
			gatherSecondsProperty,
		],
	};

	methods = { credentialTest: { bitrix24Webhook } };

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
