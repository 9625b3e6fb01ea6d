import type { INodeProperties } from 'n8n-workflow';
import { crms, marketplaces } from './services';

const needsPair = ['sync', 'sweep', 'retryDue', 'resolve'];

const services: INodeProperties[] = [
	{
		displayName: 'Marketplace',
		name: 'marketplace',
		type: 'options',
		noDataExpression: true,
		options: marketplaces.map(({ name, value }) => ({ name, value })),
		default: 'kaspi',
		description: 'Where the orders come from',
	},
	{
		displayName: 'CRM',
		name: 'crm',
		type: 'options',
		noDataExpression: true,
		options: crms.map(({ name, value }) => ({ name, value })),
		default: 'amoCrm',
		description: 'Where the deals live',
	},
	{
		displayName: 'CRM Authentication',
		name: 'crmAuthentication',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Long-Lived Token', value: 'accessToken' },
			{ name: 'OAuth2', value: 'oAuth2' },
		],
		default: 'accessToken',
		displayOptions: { show: { crm: ['amoCrm'] } },
	},
	{
		displayName: 'CRM Authentication',
		name: 'crmAuthentication',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Inbound Webhook', value: 'webhook' },
			{ name: 'OAuth2 (Local Application)', value: 'oAuth2' },
		],
		default: 'webhook',
		displayOptions: { show: { crm: ['bitrix24'] } },
	},
];

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Prepare CRM',
			value: 'prepare',
			action: 'Prepare the CRM for orders',
			description: 'Create the pipeline, its stages and the fields of the deal card unless they are there. Safe to repeat.',
		},
		{
			name: 'Resolve',
			value: 'resolve',
			action: 'Resolve an order that needs attention',
			description: "Carry out a person's decision about an order on the Needs Attention output",
		},
		{
			name: 'Retry Due',
			value: 'retryDue',
			action: 'Retry orders that are due',
			description: 'Look again at the orders in the queue whose waiting time is over',
		},
		{
			name: 'Sweep',
			value: 'sweep',
			action: 'Sweep both sides for changes',
			description: 'Look at everything that has changed or is due on either side, and make both sides agree',
		},
		{
			name: 'Sync',
			value: 'sync',
			action: 'Sync the orders named by the input',
			description: 'Look at the orders or deals that the input items name, and make both sides agree',
		},
	],
	default: 'sweep',
};

const pipeline: INodeProperties[] = [
	{
		displayName: 'Pipeline',
		name: 'pipeline',
		type: 'resourceLocator',
		default: { mode: 'name', value: 'Заказы маркетплейсов' },
		required: true,
		description: 'The pipeline that holds the deals of the orders. Prepare CRM creates it when there is none with this name.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a pipeline...',
				typeOptions: { searchListMethod: 'searchPipelines', searchable: true },
			},
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. Заказы маркетплейсов' },
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 7654321' },
		],
	},
	{
		displayName: 'Stage Map',
		name: 'stageMap',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		description: 'Which stage of the pipeline shows which stage of an order. Rows left empty use the stage with the name that Prepare CRM gives.',
		typeOptions: {
			loadOptionsDependsOn: ['crm', 'crmAuthentication', 'pipeline.value'],
			resourceMapper: {
				resourceMapperMethod: 'stagesOfPipeline',
				mode: 'map',
				valuesLabel: 'CRM stage of each order stage',
				fieldWords: { singular: 'stage', plural: 'stages' },
				addAllFields: true,
				supportAutoMap: false,
			},
		},
		displayOptions: { show: { operation: needsPair } },
	},
];

const syncFields: INodeProperties[] = [
	{
		displayName: 'Identify By',
		name: 'identifyBy',
		type: 'options',
		options: [
			{
				name: 'Automatically',
				value: 'automatic',
				description: 'Take orderNumber, orderId or dealId from the item, as the triggers of this pack put them out',
			},
			{ name: 'Deal ID', value: 'dealId' },
			{ name: 'Order ID', value: 'orderId', description: "The marketplace's own opaque ID" },
			{ name: 'Order Number', value: 'orderNumber', description: 'The number that buyer and seller see' },
		],
		default: 'automatic',
		displayOptions: { show: { operation: ['sync'] } },
	},
	{
		displayName: 'Order or Deal',
		name: 'identifier',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 912345678',
		displayOptions: { show: { operation: ['sync'], identifyBy: ['dealId', 'orderId', 'orderNumber'] } },
	},
];

const resolveFields: INodeProperties[] = [
	{
		displayName: 'Order Number',
		name: 'orderNumber',
		type: 'string',
		default: '={{ $json.orderNumber }}',
		required: true,
		displayOptions: { show: { operation: ['resolve'] } },
	},
	{
		displayName: 'Decision',
		name: 'decision',
		type: 'options',
		options: [
			{ name: 'Create a New Deal', value: 'recreate_deal', description: 'The deal is lost: the order gets a new one' },
			{ name: 'Let It Be', value: 'let_go', description: 'Leave both sides as they are until one of them moves again' },
			{ name: 'The CRM Is Right', value: 'use_crm', description: "Send the order where the deal is, as far as the marketplace allows. A command that must not be sent twice is sent again." },
			{ name: 'The Marketplace Is Right', value: 'use_marketplace', description: 'Move the deal to where the order is' },
		],
		default: 'use_marketplace',
		displayOptions: { show: { operation: ['resolve'] } },
	},
];

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	displayOptions: { show: { operation: needsPair } },
	options: [
		{
			displayName: 'Ask a Person About a Lost Command After (Seconds)',
			name: 'commandGivesUpSeconds',
			type: 'number',
			typeOptions: { minValue: 15, maxValue: 3600 },
			default: 300,
			description: 'When the answer to a command that must not be sent twice (Assemble) is lost, its effect is waited for so long',
		},
		{
			displayName: 'Cancellation Reason',
			name: 'cancelReason',
			type: 'options',
			options: [
				{ name: 'Buyer Asked the Seller to Cancel', value: 'BUYER_CANCELLATION_BY_MERCHANT', description: 'Not in every version of the documentation' },
				{ name: 'Buyer Not Reachable', value: 'BUYER_NOT_REACHABLE', description: 'Only for own delivery and pickup, as far as is known' },
				{ name: 'Out of Stock', value: 'MERCHANT_OUT_OF_STOCK', description: "Always taken; counts against the seller's quality" },
			],
			default: 'MERCHANT_OUT_OF_STOCK',
			description: 'What Kaspi is told when a manager loses a deal in the CRM',
			displayOptions: { show: { '/marketplace': ['kaspi'] } },
		},
		{
			displayName: 'Cancellation Reason',
			name: 'ozonCancelReason',
			type: 'options',
			options: [
				{ name: 'Only Defective Left (400)', value: '400' },
				{ name: 'Out of Stock (352)', value: '352' },
			],
			default: '352',
			description: 'What Ozon is told when a manager loses a deal in the CRM',
			displayOptions: { show: { '/marketplace': ['ozon'] } },
		},
		{
			displayName: 'Commands to Send',
			name: 'commands',
			type: 'multiOptions',
			options: [
				{ name: 'Accept', value: 'accept', description: 'A deal was moved past "new" (Kaspi)' },
				{ name: 'Assemble', value: 'assemble', description: 'A deal was moved to "ready": Kaspi makes the waybill, Ozon takes the posting as packed, once' },
				{ name: 'Cancel', value: 'cancel', description: 'A deal was lost' },
				{ name: 'Deliver', value: 'deliver', description: 'A deal was moved to "delivered" (Ozon, own courier)' },
				{ name: 'Ship', value: 'ship', description: 'A deal was moved to "in delivery" (Ozon, own courier)' },
			],
			default: ['accept', 'assemble', 'ship', 'deliver', 'cancel'],
			description: 'What the sync may send to the marketplace by itself when a manager moves a deal. The code of a buyer is never asked for by the sync.',
		},
		{
			displayName: 'Deal Name',
			name: 'dealName',
			type: 'string',
			default: '{marketplace} № {number}',
			description: 'How new deals are called: {number} is the order number, {marketplace} the marketplace',
		},
		{
			displayName: 'First Look Back (Days)',
			name: 'firstLookDays',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 60 },
			default: 13,
			description: 'How old the open orders may be that the very first sweep brings into the CRM. Up to 13 days fit into one list of Kaspi.',
		},
		{
			displayName: 'If a Deal Is Gone',
			name: 'lostDeal',
			type: 'options',
			options: [
				{ name: 'Ask a Person', value: 'attention' },
				{ name: 'Create a New One', value: 'recreate' },
				{ name: 'Leave It', value: 'leave' },
			],
			default: 'attention',
			description: 'When the deal of an order was deleted, merged or moved to another pipeline',
		},
		{
			displayName: 'If a Move Is Not Possible',
			name: 'refusedMove',
			type: 'options',
			options: [
				{ name: 'Ask a Person', value: 'attention' },
				{ name: 'Put the Deal Back, With a Note', value: 'put_back' },
			],
			default: 'put_back',
			description: 'When a manager moves a deal backward or to a stage that the marketplace does not allow',
		},
		{
			displayName: 'If Several Contacts Match',
			name: 'severalContacts',
			type: 'options',
			options: [
				{ name: 'Ask a Person', value: 'attention' },
				{ name: 'Take the Newest', value: 'newest' },
				{ name: 'Take the Oldest', value: 'oldest' },
			],
			default: 'oldest',
			description: "When the buyer's phone is found in several contacts. Contacts are never merged.",
		},
		{
			displayName: 'If the Name Does Not Fit',
			name: 'nameConflict',
			type: 'options',
			options: [
				{ name: 'Ask a Person', value: 'attention' },
				{ name: 'Create a New Contact', value: 'create' },
				{ name: 'Take It Anyway', value: 'take' },
			],
			default: 'create',
			description: "When the buyer's phone or e-mail belongs only to contacts of other people, e.g. to a husband",
		},
		{
			displayName: 'Output Unchanged Orders',
			name: 'outputUnchanged',
			type: 'boolean',
			default: false,
			description: 'Whether a sweep also puts out orders that nothing had to be done to',
		},
		{
			displayName: 'Packages',
			name: 'packages',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 50 },
			default: 1,
			description: 'Number of packages of an order when the deal\'s field «Мест» is empty',
		},
		{
			displayName: 'Phone Region',
			name: 'phoneRegion',
			type: 'options',
			options: [
				{ name: 'Kazakhstan', value: 'KZ' },
				{ name: 'Russia', value: 'RU' },
			],
			default: 'KZ',
			description: 'Where phones without a country code are from',
		},
		{
			displayName: 'Responsible User ID',
			name: 'responsibleId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1234567',
			description: 'Who gets new deals and contacts in the CRM. Empty: the user whom the credential belongs to.',
		},
		{
			displayName: 'Retry After (Seconds)',
			name: 'retryFirstSeconds',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 3600 },
			default: 30,
			description: 'First wait of an order that could not be synced; it doubles with every further try',
		},
		{
			displayName: 'Retry at Least Every (Minutes)',
			name: 'retryMaxMinutes',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 1440 },
			default: 30,
		},
		{
			displayName: 'Time Budget (Seconds)',
			name: 'timeBudgetSeconds',
			type: 'number',
			typeOptions: { minValue: 5, maxValue: 3600 },
			default: 240,
			description: 'A sweep that takes longer ends after the orders at hand, and the filling of the contact index after the page at hand; the next sweep goes on',
		},
	],
};

const shared = (...names: string[]): INodeProperties[] =>
	(options.options ?? []).flatMap((option) => ('type' in option && names.includes(option.name) ? [option] : []));

const prepareOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	displayOptions: { show: { operation: ['prepare'] } },
	options: [
		{
			displayName: 'Fill Contact Index',
			name: 'fillContactIndex',
			type: 'boolean',
			default: false,
			description: 'Whether to read all contacts of the CRM once, so that later no buyer has to be searched for. What the time budget leaves over is read by the sweeps.',
		},
		...shared('phoneRegion', 'timeBudgetSeconds'),
	],
};

export const properties: INodeProperties[] = [...services, operation, ...pipeline, ...syncFields, ...resolveFields, options, prepareOptions];
