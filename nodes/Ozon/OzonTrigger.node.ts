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
import { asItems, pollResult } from '../shared/triggerItems';
import { ozonKey } from './api/credentialTest';
import { shortestToken } from './trigger/pushAddress';
import { pushTypes } from './trigger/pushTypes';
import { hookExists, makeHook, removeHook } from './trigger/webhookRegistration';
import { pollChanges } from './trigger/pollChanges';
import { receive } from './trigger/receivePush';

export class OzonTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Ozon Seller Trigger',
		name: 'ozonTrigger',
		icon: { light: 'file:ozon.svg', dark: 'file:ozon.dark.svg' },
		group: ['trigger'],
		// Not 1: for that version n8n evaluates an expression in a fresh isolate with every webhook call, which costs more than all the rest.
		version: 1.1,
		subtitle: '={{ $parameter["register"] ? "push and poll" : "push by hand and poll" }}',
		description: 'Starts the workflow when something happens in an Ozon shop: by push, and by a poll that finds what no push tells about',
		eventTriggerDescription: 'Waiting for a push of Ozon',
		activationMessage: 'Pushes of Ozon are received, and its lists are polled',
		defaults: { name: 'Ozon Seller Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'ozonSellerApi', displayName: 'Ozon Credential', required: true, testedBy: 'ozonKey' }],
		polling: true,
		// No full path: n8n would keep it without the webhook's id, and a second trigger would find it taken (see pushAddress.ts).
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'ozon/:token' }],
		properties: [
			{
				displayName:
					'Items are hints without personal data: read the posting as it is now, or give them to Order Sync. Returns and cancellation requests have no push, so the poll finds them.',
				name: 'notice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				options: pushTypes.map(({ name, value }) => ({ name, value })).sort((a, b) => a.name.localeCompare(b.name)),
				default: [
					'TYPE_NEW_POSTING',
					'TYPE_POSTING_CANCELLED',
					'TYPE_STATE_CHANGED',
					'TYPE_CUTOFF_DATE_CHANGED',
					'TYPE_DELIVERY_DATE_CHANGED',
				],
				description: 'Which pushes to start the workflow for; without any, only the poll does',
			},
			{
				displayName: 'Safety-Net Poll',
				name: 'poll',
				type: 'boolean',
				default: true,
				description:
					'Whether to look for postings, returns and cancellation requests that changed without a push having told about it. Without it a poll only sees to it that Ozon goes on sending pushes and that the key does not end unnoticed.',
			},
			{
				displayName: 'Register the URL Automatically',
				name: 'register',
				type: 'boolean',
				default: true,
				description:
					'Whether to tell Ozon the address of this trigger when the workflow is activated, to wake it when Ozon has suspended it, and to take it back afterwards. Ozon must reach n8n by https from the internet.',
			},
			{
				displayName:
					'Publish the workflow. In the seller cabinet under Settings → Notifications → Push, enter the Production URL of this node with two changes: write the ID in it twice, and the path token below instead of ":token" (…/webhook/ID/ID/ozon/TOKEN). Press Check there and choose the same events.',
				name: 'manualNotice',
				type: 'notice',
				default: '',
				displayOptions: { show: { register: [false] } },
			},
			{
				displayName: 'Path Token',
				name: 'pathToken',
				type: 'string',
				typeOptions: { password: true },
				default: '',
				description: `A long random text of letters and digits, at least ${shortestToken} of them: it is all that tells calls of Ozon from others`,
				displayOptions: { show: { register: [false] } },
			},
			{
				displayName: 'Start at Most Every (Seconds)',
				name: 'gatherSeconds',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: 60 },
				default: 2,
				description:
					'A push starts the workflow at once; what follows within this time comes together, with the next push or the next poll. A hundred pushes a second then do not start a hundred executions.',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add Option',
				default: {},
				options: [
					{
						displayName: 'Check Source Network',
						name: 'checkNetwork',
						type: 'boolean',
						default: false,
						description:
							'Whether to take calls from the networks of Ozon only. Behind a reverse proxy n8n must know how many there are (N8N_PROXY_HOPS).',
					},
					{
						displayName: 'Emit Existing Postings',
						name: 'emitExisting',
						type: 'boolean',
						default: false,
						description: 'Whether the first poll tells about the open postings that are there already',
					},
					{
						displayName: 'Include FBO',
						name: 'withFbo',
						type: 'boolean',
						default: true,
						description: 'Whether to poll postings from Ozon\'s own warehouse too',
					},
					{
						displayName: 'Seller ID',
						name: 'sellerId',
						type: 'string',
						default: '',
						description: 'When filled in, pushes about another seller are turned away. Often, but not for sure, the Client ID.',
					},
				],
			},
		],
	};

	methods = { credentialTest: { ozonKey } };

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
		const hints = await receive(this);
		// Answered already, before anything is processed.
		return { noWebhookResponse: true, ...(hints.length === 0 ? {} : { workflowData: [asItems(hints)] }) };
	}

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return pollResult(await pollChanges(this));
	}
}
