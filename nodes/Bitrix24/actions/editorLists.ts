import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import { z } from 'zod/v4';
import { nodeErrorFrom } from '../../../transport/n8n';
import { notChosen } from '../../shared/commonParameters';
import { AccountFields, type Entity } from '../api/accountFields';
import { pageSize, parseAs, type Bitrix24Client } from '../api/client';
import type { Params } from '../api/command';
import { connectBitrix24 } from '../api/connection';
import { contactOf } from '../model/contact';
import { listParams } from '../api/items';
import { contactSchema, dealSchema, userSchema, type FieldDescription } from '../api/schema';
import { pipelineOf, readPipelines } from '../model/pipelineStages';

/** Lists that the editor asks for. An empty list means that the portal has nothing: whatever goes wrong reaches the user. */
function listing<Arguments extends unknown[], Result>(load: (client: Bitrix24Client, ...args: Arguments) => Promise<Result>) {
	return async function (this: ILoadOptionsFunctions, ...args: Arguments): Promise<Result> {
		try {
			return await load(await connectBitrix24(this), ...args);
		} catch (error) {
			throw nodeErrorFrom(this.getNode(), error);
		}
	};
}

const pipelinesOf = async (client: Bitrix24Client) => {
	const { categories, statuses } = await readPipelines(client);
	return categories.map((category) => pipelineOf(category, statuses));
};

export const loadOptions = {
	/** For a parameter that has to be filled in. */
	getPipelines: listing(async (client): Promise<INodePropertyOptions[]> =>
		(await pipelinesOf(client)).map(({ id, name }) => ({ name, value: id })),
	),
	getStages: listing(async (client): Promise<INodePropertyOptions[]> => [
		notChosen('A new deal starts in the first stage of the common pipeline; a deal that exists stays where it is'),
		...(await pipelinesOf(client)).flatMap((pipeline) =>
			pipeline.stages.map((stage) => ({ name: `${pipeline.name}: ${stage.name}`, value: `${pipeline.id}/${stage.id}` })),
		),
	]),
	getUsers: listing(async (client): Promise<INodePropertyOptions[]> => {
		const [users] = await client.read([{ method: 'user.get', params: { FILTER: { ACTIVE: 'Y' }, SORT: 'LAST_NAME' } }]);
		const people = parseAs(z.array(userSchema), users, 'user.get');
		return [
			notChosen('What is new belongs to the user of the credential; what exists keeps its own'),
			...people.map(({ ID, NAME, LAST_NAME }) => ({ name: `${NAME} ${LAST_NAME}`.trim() || String(ID), value: ID })),
		];
	}),
};

export const listSearch = {
	searchDeals: listing(async (client, filter?: string, token?: string): Promise<INodeListSearchResult> => {
		const deals = await page(client, 'deal', filter ? { '%title': filter } : {}, dealSchema, token);
		return found(client, 'deal', deals.map(({ id, title }) => ({ id, name: title })));
	}),
	searchContacts: listing(async (client, filter?: string, token?: string): Promise<INodeListSearchResult> => {
		const named = filter ? { 0: { logic: 'OR', '%name': filter, '%lastName': filter } } : {};
		const contacts = await page(client, 'contact', named, contactSchema, token);
		return found(client, 'contact', contacts.map((contact) => ({ id: contact.id, name: contactOf(contact, {}).name })));
	}),
};

/** A page of the newest ones; the token is the id below which the next page begins. */
async function page<T>(client: Bitrix24Client, entity: Entity, filter: Params, element: z.ZodType<T>, token: string | undefined): Promise<T[]> {
	const before = token === undefined ? {} : { '<id': Number(token) };
	const params = { ...listParams(entity), order: { id: 'DESC' }, filter: { ...filter, ...before }, start: -1 };
	const [answer] = await client.read([{ method: 'crm.item.list', params }]);
	return parseAs(z.object({ items: z.array(element) }), answer, 'crm.item.list').items;
}

const found = (client: Bitrix24Client, entity: Entity, cards: readonly { id: number; name: string }[]): INodeListSearchResult => ({
	results: cards.map(({ id, name }) => ({ name: name || String(id), value: String(id), url: `https://${client.account}/crm/${entity}/details/${id}/` })),
	paginationToken: cards.length === pageSize ? String(cards.at(-1)?.id) : undefined,
});

export const resourceMapping = {
	getDealFields: listing(async (client): Promise<ResourceMapperFields> => await mapperFields(client, 'deal')),
	getContactFields: listing(async (client): Promise<ResourceMapperFields> => await mapperFields(client, 'contact')),
};

/** Bitrix24's types as the editor's inputs; types that a single value cannot fill are left out. */
const inputTypes: Readonly<Record<string, ResourceMapperField['type']>> = {
	string: 'string',
	text: 'string',
	url: 'string',
	address: 'string',
	money: 'string',
	crm_status: 'string',
	integer: 'number',
	double: 'number',
	user: 'number',
	employee: 'number',
	crm_company: 'number',
	boolean: 'boolean',
	date: 'dateTime',
	datetime: 'dateTime',
	enumeration: 'options',
};

/** They have parameters of their own, or are how the pack finds a deal again. */
const hasOwnParameter = new Set(['title', 'categoryId', 'stageId', 'opportunity', 'isManualOpportunity', 'currencyId', 'assignedById', 'originatorId', 'originId', 'contactId', 'contactIds', 'fm']);

async function mapperFields(client: Bitrix24Client, entity: Entity): Promise<ResourceMapperFields> {
	const { fields } = await new AccountFields(client).all(entity);
	return {
		fields: [...fields].flatMap(([name, field]) => mapperField(name, field) ?? []),
		emptyFieldsNotice: 'The portal has no fields of this kind. Order Sync: Prepare CRM makes those of the pack.',
	};
}

function mapperField(id: string, field: FieldDescription): ResourceMapperField | undefined {
	const isMultiple = field.isMultiple === true;
	const type = isMultiple ? 'string' : inputTypes[field.type];
	if (inputTypes[field.type] === undefined || type === undefined || field.isReadOnly === true || hasOwnParameter.has(id)) return undefined;
	return {
		id,
		displayName: isMultiple ? `${field.title || id} (separated by commas)` : field.title || id,
		required: false,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		type,
		...(type === 'options' ? { options: (field.items ?? []).map(({ ID, VALUE }) => ({ name: VALUE, value: ID })) } : {}),
	};
}
