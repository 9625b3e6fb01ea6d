import { Bitrix24WebhookApi } from '../../../credentials/Bitrix24WebhookApi.credentials';
import type { Sandbox } from '../../../sandbox/sandbox';
import type { CrmSide } from '../sides';

function categoryOf(sandbox: Sandbox, wanted: string) {
	const found = [...sandbox.bitrix24.account.store.categories.values()].find(({ name }) => name === wanted);
	if (!found) throw new Error(`no pipeline ${wanted}`);
	return found;
}

export const bitrix24: CrmSide = {
	api: 'bitrix24',
	name: 'Bitrix24',
	parameters: { crm: 'bitrix24', crmAuthentication: 'webhook' },
	sandbox: { bitrix24: { requestsPerSecond: 10_000, bucketSize: 10_000, operatingLimitSeconds: 0 } },
	credentialType: Bitrix24WebhookApi,
	credential: ({ bitrix24: { webhookUrl } }) => ['bitrix24WebhookApi', { webhookUrl }],
	paceKey: ({ bitrix24: { domain } }) => `Bitrix24 ${domain}`,
	wrongCredential: ({ bitrix24: { baseUrl } }) => ({ webhookUrl: `${baseUrl}/rest/1/wrongcode1234/` }),
	pipelines: (sandbox) => sandbox.bitrix24.state().pipelines.map(({ name }) => name),
	stages: (sandbox, wanted) => sandbox.bitrix24.state().pipelines.find(({ name }) => name === wanted)?.stages.map(({ name }) => name) ?? [],
	renamePipeline: (sandbox, wanted, name) => void Object.assign(categoryOf(sandbox, wanted), { name }),
	renameStage: (sandbox, wanted, stage, name) =>
		void Object.assign(sandbox.bitrix24.account.store.stagesOf(categoryOf(sandbox, wanted).id).find((each) => each.name === stage) ?? {}, { name }),
	deals: (sandbox, wanted) =>
		sandbox.bitrix24
			.state()
			.deals.filter(({ isDeleted, category }) => !isDeleted && category === wanted)
			.map(({ id, title, originatorId, originId, stage, categoryId, stageId, fields, contactIds, opportunity, productRows, timelineComments, todos }) => ({
				id,
				name: title,
				stage: stage ?? '',
				orderNumber: fields['Номер заказа'],
				key: `${originatorId}:${originId}`,
				contactIds,
				amount: opportunity,
				status: fields['Статус на маркетплейсе'],
				rows: productRows.map(({ productName, price, quantity }) => ({ name: productName, price, quantity })),
				items: productRows.length > 0 ? fields['Состав заказа'] : undefined,
				notes: timelineComments.map(({ text }) => text),
				tasks: todos.map(({ title, description, deadline }) => ({ text: description || title, dueAt: Date.parse(deadline) })),
				triggered: { entity: 'deal', id, event: 'dealAdded', pipelineId: categoryId, statusId: stageId },
			})),
	allDeals: (sandbox) => sandbox.bitrix24.state().deals.filter(({ isDeleted }) => !isDeleted).map(({ id }) => id),
	contacts: (sandbox) =>
		sandbox.bitrix24.state().contacts.map(({ id, phones, dealIds }) => ({ id, phones, dealIds })),
	move: (sandbox, dealId, stage) => void sandbox.bitrix24.account.moveDeal(dealId, stage),
	moveAs(sandbox, dealId, stage) {
		const user = sandbox.bitrix24.state().users.at(-1);
		if (!user) throw new Error('no user');
		sandbox.bitrix24.account.moveDeal(dealId, stage, undefined, user.id);
		return user.id;
	},
	moveAway(sandbox, dealId, from) {
		const other = sandbox.bitrix24.state().pipelines.find(({ name }) => name !== from);
		const stage = other?.stages.find(({ semantics }) => semantics !== 'S' && semantics !== 'F');
		if (!other || !stage) throw new Error('no other pipeline');
		sandbox.bitrix24.account.moveDeal(dealId, stage.name, other.id);
	},
	moveBack(sandbox, dealId, to, stage) {
		sandbox.bitrix24.account.moveDeal(dealId, stage, sandbox.bitrix24.state().pipelines.find(({ name }) => name === to)?.id);
	},
	remove: (sandbox, dealId) => sandbox.bitrix24.account.remove('deal', dealId),
	addContact: (sandbox, name, phone) => void sandbox.bitrix24.account.addContact({ name, phones: [phone] }),
};
