import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { Decision } from '../../core/reconcile/reconcile';
import { crms, marketplaces } from './services';

const needsPair = ['sync', 'sweep', 'retryDue', 'resolve'];
const keepsPair = ['keepInStep', ...needsPair];

type Shown = NonNullable<IDisplayOptions['show']>;

/** Nodes of version 0.1.0. */
const first: Shown = { '@version': [1] };
/** Since there are settings of the pair. */
const second: Shown = { '@version': [{ _cnd: { gte: 2 } }] };
const preparesPair: Shown = { ...second, operation: ['preparePair'] };
const statesItsOwn: Shown = { ...second, operation: keepsPair, settings: ['own'] };

/** The same parameter, shown where any of these is true. */
const shownWhere = (property: INodeProperties, ...places: Shown[]): INodeProperties[] => places.map((show) => ({ ...property, displayOptions: { show } }));

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

const choices = {
	keepInStep: {
		name: 'Keep in Step',
		value: 'keepInStep',
		action: 'Keep orders and deals in step',
		description:
			'For every trigger: look at the order or deal that an item names, carry out a decision that comes with it, sweep both sides for an item that names nothing, and try again what is due',
	},
	prepare: {
		name: 'Prepare CRM',
		value: 'prepare',
		action: 'Prepare the CRM for orders',
		description: 'Create the pipeline, its stages and the fields of the deal card unless they are there. Safe to repeat.',
	},
	preparePair: {
		name: 'Prepare CRM',
		value: 'preparePair',
		action: 'Prepare the CRM and the settings of the pair',
		description:
			'Create the pipeline, its stages and the fields of the deal card unless they are there, and keep pipeline, stage map and options for all nodes of this shop and CRM. Safe to repeat.',
	},
	resolve: {
		name: 'Resolve',
		value: 'resolve',
		action: 'Resolve an order that needs attention',
		description: "Carry out a person's decision about an order on the Needs Attention output",
	},
	retryDue: {
		name: 'Retry Due',
		value: 'retryDue',
		action: 'Retry orders that are due',
		description: 'Look again at the orders in the queue whose waiting time is over',
	},
	sweep: {
		name: 'Sweep',
		value: 'sweep',
		action: 'Sweep both sides for changes',
		description: 'Look at everything that has changed or is due on either side, and make both sides agree',
	},
	sync: {
		name: 'Sync',
		value: 'sync',
		action: 'Sync the orders named by the input',
		description: 'Look at the orders or deals that the input items name, and make both sides agree',
	},
};

const operation: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [choices.prepare, choices.resolve, choices.retryDue, choices.sweep, choices.sync],
		// n8n stores no defaults: a saved node without an operation sweeps.
		default: 'sweep',
		displayOptions: { show: first },
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [choices.keepInStep, choices.preparePair, choices.resolve, choices.retryDue, choices.sweep, choices.sync],
		default: 'keepInStep',
		displayOptions: { show: second },
	},
];

const settings: INodeProperties = {
	displayName: 'Settings',
	name: 'settings',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Of the Pair', value: 'pair', description: 'Pipeline, stage map and options as Prepare CRM keeps them for this shop and CRM; Keep in Step makes the usual ones when there are none' },
		{ name: 'Own', value: 'own', description: 'Stated in this node. Every node of the pair must state the same.' },
	],
	default: 'pair',
	displayOptions: { show: { ...second, operation: keepsPair } },
};

const stageMapBy: INodeProperties = {
	displayName: 'Stages',
	name: 'stageMapBy',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'By Name', value: 'name', description: 'The stages with the names that Prepare CRM gives; those that were chosen before stay' },
		{ name: 'Choose', value: 'hand', description: 'Choose the stage of the pipeline for some or all order stages' },
	],
	default: 'name',
};

const pipeline: INodeProperties = {
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
};

const stageMap: INodeProperties = {
	displayName: 'Stage Map',
	name: 'stageMap',
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null },
	description: 'Which stage of the pipeline shows which stage of an order. Rows left empty use the stage with the name that Prepare CRM gives.',
	typeOptions: {
		loadOptionsDependsOn: ['marketplace', 'crm', 'crmAuthentication', 'pipeline.value'],
		resourceMapper: {
			resourceMapperMethod: 'stagesOfPipeline',
			mode: 'map',
			valuesLabel: 'CRM stage of each order stage',
			fieldWords: { singular: 'stage', plural: 'stages' },
			addAllFields: true,
			supportAutoMap: false,
		},
	},
};

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

/** How decisions are called in the editor; a form may use these names. */
export const decisionNames: Record<Decision, string> = {
	recreate_deal: 'Create a New Deal',
	let_go: 'Let It Be',
	use_crm: 'The CRM Is Right',
	use_marketplace: 'The Marketplace Is Right',
};

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
			{ name: decisionNames.recreate_deal, value: 'recreate_deal', description: 'The deal is lost: the order gets a new one' },
			{ name: decisionNames.let_go, value: 'let_go', description: 'Leave both sides as they are until one of them moves again' },
			{ name: decisionNames.use_crm, value: 'use_crm', description: "Send the order where the deal is, as far as the marketplace allows. A command that must not be sent twice is sent again." },
			{ name: decisionNames.use_marketplace, value: 'use_marketplace', description: 'Move the deal to where the order is' },
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

const failedOutput: INodeProperties = {
	displayName: 'Failed Output',
	name: 'failedOutput',
	type: 'options',
	options: [
		{ name: 'Every Failure', value: 'each' },
		{ name: 'Only What Keeps Failing', value: 'repeated', description: 'The 5th, 10th, 20th and 40th failure in a row; until then an order that an item has named comes out on Synced, as waiting' },
	],
	default: 'each',
	description: 'Which orders that could not be synced come out on Failed. All of them stay in the queue and are tried again.',
};

const all = (options.options ?? []).flatMap((option) => ('type' in option ? [option] : []));
const only = (...names: string[]): INodeProperties[] => all.filter(({ name }) => names.includes(name));
/** What a node does with its own run; everything else is about the pair (settings.ts). */
const ofRun = ['outputUnchanged', 'timeBudgetSeconds'];
const inOrder = (...properties: INodeProperties[]): INodeProperties[] => properties.sort((a, b) => (a.displayName < b.displayName ? -1 : 1));

const fillContactIndex: INodeProperties = {
	displayName: 'Fill Contact Index',
	name: 'fillContactIndex',
	type: 'boolean',
	default: false,
	description: 'Whether to read all contacts of the CRM once, so that later no buyer has to be searched for. What the time budget leaves over is read by the sweeps.',
};

const optionsOfFirst: INodeProperties[] = [
	{ ...options, displayOptions: { show: { ...first, operation: needsPair } } },
	{ ...options, options: [fillContactIndex, ...only('phoneRegion', 'timeBudgetSeconds')], displayOptions: { show: { ...first, operation: ['prepare'] } } },
];
const optionsOfSecond: INodeProperties[] = [
	{ ...options, options: inOrder(failedOutput, ...all), displayOptions: { show: statesItsOwn } },
	{ ...options, options: inOrder(failedOutput, ...only(...ofRun)), displayOptions: { show: { ...second, operation: keepsPair, settings: ['pair'] } } },
	{ ...options, options: inOrder(fillContactIndex, ...all.filter(({ name }) => name !== 'outputUnchanged')), displayOptions: { show: preparesPair } },
];

/** How an option is called in the editor. */
export const optionLabel = (name: string): string => all.find((option) => option.name === name)?.displayName ?? name;

/** What an operation is about comes first; where the orders and deals are, and how they are kept, after it. */
export const properties: INodeProperties[] = [
	...operation,
	...syncFields,
	...resolveFields,
	...services,
	settings,
	...shownWhere(pipeline, first, preparesPair, statesItsOwn),
	...shownWhere(stageMapBy, preparesPair, statesItsOwn),
	...shownWhere(stageMap, { ...first, operation: needsPair }, { ...preparesPair, stageMapBy: ['hand'] }, { ...statesItsOwn, stageMapBy: ['hand'] }),
	...optionsOfFirst,
	...optionsOfSecond,
];
