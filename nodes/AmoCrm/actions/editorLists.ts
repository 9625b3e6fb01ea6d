import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import { nodeErrorFrom } from '../../../transport/n8n';
import { notChosen } from '../../shared/commonParameters';
import type { AmoCrmClient, Entity, Query } from '../api/client';
import { connectAmoCrm } from '../api/connection';
import { dealFields, findField } from '../model/cardFields';
import type { CustomField } from '../api/schema';
import { pipelineOf } from '../model/pipelineStages';

/** Lists that the editor asks for. An empty list means that the account has nothing: whatever goes wrong reaches the user. */
function listing<Arguments extends unknown[], Result>(load: (client: AmoCrmClient, ...args: Arguments) => Promise<Result>) {
	return async function (this: ILoadOptionsFunctions, ...args: Arguments): Promise<Result> {
		try {
			return await load(await connectAmoCrm(this), ...args);
		} catch (error) {
			throw nodeErrorFrom(this.getNode(), error);
		}
	};
}

const option = ({ id, name }: { id: number; name: string }): INodePropertyOptions => ({ name, value: id });

export const loadOptions = {
	/** For a parameter that has to be filled in. */
	getPipelines: listing(async (client): Promise<INodePropertyOptions[]> => (await livePipelines(client)).map(option)),
	getStages: listing(async (client): Promise<INodePropertyOptions[]> => [
		notChosen('A new deal starts in the first stage of the main pipeline; a deal that exists stays where it is'),
		...(await livePipelines(client)).flatMap((pipeline) =>
			pipelineOf(pipeline).stages
				// Nobody moves a deal into the intake by hand.
				.filter(({ kind }) => kind !== 'intake')
				.map((stage) => ({ name: `${pipeline.name}: ${stage.name}`, value: `${pipeline.id}/${stage.id}` })),
		),
	]),
	getUsers: listing(async (client): Promise<INodePropertyOptions[]> => [
		notChosen('What is new belongs to the user of the credential; what exists keeps its own'),
		...(await client.users()).filter(({ rights }) => rights?.is_active !== false).map(option),
	]),
	getLossReasons: listing(async (client): Promise<INodePropertyOptions[]> => [notChosen('No reason is given'), ...(await client.lossReasons()).map(option)]),
	getMatchFields: listing(async (client): Promise<INodePropertyOptions[]> => {
		const fields = await client.customFields('leads');
		const own = findField(fields, dealFields.orderKey);
		const matching = fields.filter(({ type }) => ['text', 'numeric', 'url', 'tracking_data'].includes(type));
		// The order key first: it is what the pack's own deals are told apart by.
		const usual = { name: `${dealFields.orderKey.name} (Default)`, value: '', description: 'The field that Order Sync keeps the key of an order in' };
		return [usual, ...[...matching.filter(({ id }) => id === own?.id), ...matching.filter(({ id }) => id !== own?.id)].map(option)];
	}),
};

const livePipelines = async (client: AmoCrmClient) => (await client.pipelines()).filter(({ is_archive }) => !is_archive);

const searchPage = 50;

export const listSearch = {
	searchDeals: listing(async (client, filter?: string, token?: string): Promise<INodeListSearchResult> => {
		const page = await firstPage(client.leads(searchQuery(filter, token)));
		return found(page, token, (lead) => lead.name || String(lead.id), (id) => leadUrl(client, 'leads', id));
	}),
	searchContacts: listing(async (client, filter?: string, token?: string): Promise<INodeListSearchResult> => {
		const page = await firstPage(client.contacts(searchQuery(filter, token)));
		return found(page, token, (contact) => contact.name || String(contact.id), (id) => leadUrl(client, 'contacts', id));
	}),
};

const searchQuery = (filter: string | undefined, token: string | undefined): Query => [
	...(filter ? [['query', filter] as const] : []),
	['order[updated_at]', 'desc'],
	['page', token ?? '1'],
	['limit', String(searchPage)],
];

async function firstPage<T>(pages: AsyncGenerator<T[], void>): Promise<T[]> {
	const { value } = await pages.next();
	return value ?? [];
}

const leadUrl = (client: AmoCrmClient, entity: Entity, id: number): string => `https://${client.account}/${entity}/detail/${id}`;

const found = <T extends { id: number }>(
	page: readonly T[],
	token: string | undefined,
	nameOf: (card: T) => string,
	urlOf: (id: number) => string,
): INodeListSearchResult => ({
	results: page.map((card) => ({ name: nameOf(card), value: String(card.id), url: urlOf(card.id) })),
	paginationToken: page.length === searchPage ? String(Number(token ?? '1') + 1) : undefined,
});

export const resourceMapping = {
	getDealFields: listing(async (client): Promise<ResourceMapperFields> => mapperFields(await client.customFields('leads'))),
	getContactFields: listing(async (client): Promise<ResourceMapperFields> => mapperFields(await client.customFields('contacts'))),
};

/** amoCRM's types as the editor's inputs; types that a single value cannot fill are left out, phones and e-mails have their own. */
const inputTypes: Readonly<Record<string, ResourceMapperField['type']>> = {
	text: 'string',
	textarea: 'string',
	url: 'string',
	streetaddress: 'string',
	tracking_data: 'string',
	multiselect: 'string',
	numeric: 'number',
	monetary: 'number',
	checkbox: 'boolean',
	date: 'dateTime',
	date_time: 'dateTime',
	birthday: 'dateTime',
	select: 'options',
	radiobutton: 'options',
};

const mapperFields = (fields: readonly CustomField[]): ResourceMapperFields => ({
	fields: fields.flatMap((field): ResourceMapperField[] => {
		const type = inputTypes[field.type];
		if (type === undefined || field.is_computed === true) return [];
		return [
			{
				id: String(field.id),
				displayName: field.type === 'multiselect' ? `${field.name} (separated by commas)` : field.name,
				required: false,
				defaultMatch: false,
				canBeUsedToMatch: false,
				display: true,
				type,
				...(type === 'options' ? { options: field.enums.map(({ id, value }) => ({ name: value, value: id })) } : {}),
			},
		];
	}),
	emptyFieldsNotice: 'The account has no custom fields of this kind. Order Sync: Prepare CRM makes those of the pack.',
});
