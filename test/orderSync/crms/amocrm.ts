import { AmoCrmApi } from '../../../credentials/AmoCrmApi.credentials';
import type { Sandbox } from '../../../sandbox/sandbox';
import type { CrmSide } from '../sides';

function pipelineOf(sandbox: Sandbox, wanted: string) {
	const found = [...sandbox.amocrm.account.store.pipelines.values()].find(({ name }) => name === wanted);
	if (!found) throw new Error(`no pipeline ${wanted}`);
	return found;
}

export const amocrm: CrmSide = {
	api: 'amocrm',
	name: 'amoCRM',
	parameters: { crm: 'amoCrm', crmAuthentication: 'accessToken' },
	sandbox: { amocrm: { requestsPerSecond: 10_000 } },
	credentialType: AmoCrmApi,
	credential: ({ amocrm: { baseUrl, longLivedToken } }) => ['amoCrmApi', { account: baseUrl, accessToken: longLivedToken }],
	paceKey: ({ amocrm: { baseUrl } }) => `amoCRM ${new URL(baseUrl).host}`,
	wrongCredential: ({ amocrm: { baseUrl } }) => ({ account: baseUrl, accessToken: 'wrong' }),
	pipelines: (sandbox) => sandbox.amocrm.state().pipelines.map(({ name }) => name),
	stages: (sandbox, wanted) => sandbox.amocrm.state().pipelines.find(({ name }) => name === wanted)?.stages.map(({ name }) => name) ?? [],
	renamePipeline: (sandbox, wanted, name) => void Object.assign(pipelineOf(sandbox, wanted), { name }),
	renameStage: (sandbox, wanted, stage, name) => void Object.assign(pipelineOf(sandbox, wanted).statuses.find((each) => each.name === stage) ?? {}, { name }),
	deals: (sandbox, wanted) =>
		sandbox.amocrm
			.state()
			.leads.filter(({ isDeleted, pipeline }) => !isDeleted && pipeline === wanted)
			.map(({ id, name, stage, pipelineId, statusId, fields, contactIds, price, notes, tasks }) => ({
				id,
				name,
				stage: stage ?? '',
				orderNumber: fields['Номер заказа'],
				key: String(fields['Ключ заказа']),
				contactIds,
				amount: price,
				items: fields['Состав заказа'],
				status: fields['Статус на маркетплейсе'],
				notes: notes.map(({ text }) => text),
				tasks: tasks.map(({ text, completeTill }) => ({ text, dueAt: completeTill * 1000 })),
				triggered: { entity: 'deal', id, event: 'dealAdded', pipelineId, statusId },
			})),
	allDeals: (sandbox) => sandbox.amocrm.state().leads.filter(({ isDeleted }) => !isDeleted).map(({ id }) => id),
	contacts: (sandbox) => sandbox.amocrm.state().contacts.map(({ id, phones, leadIds }) => ({ id, phones, dealIds: leadIds })),
	move: (sandbox, dealId, stage) => void sandbox.amocrm.account.moveLead(dealId, stage),
	moveAs(sandbox, dealId, stage) {
		const user = sandbox.amocrm.state().users.at(-1);
		if (!user) throw new Error('no user');
		sandbox.amocrm.account.moveLead(dealId, stage, undefined, user.id);
		return user.id;
	},
	moveAway(sandbox, dealId, from) {
		const other = sandbox.amocrm.state().pipelines.find(({ name }) => name !== from);
		const stage = other?.stages.find(({ type, id }) => type === 0 && id > 143);
		if (!other || !stage) throw new Error('no other pipeline');
		sandbox.amocrm.account.moveLead(dealId, stage.id, other.id);
	},
	moveBack(sandbox, dealId, to, stage) {
		const pipeline = sandbox.amocrm.state().pipelines.find(({ name }) => name === to);
		sandbox.amocrm.account.moveLead(dealId, stage, pipeline?.id);
	},
	remove: (sandbox, dealId) => sandbox.amocrm.account.deleteLead(dealId),
	addContact(sandbox, name, phone) {
		sandbox.amocrm.account.addContact({ name, phones: [phone] });
		sandbox.amocrm.account.flushIndex();
	},
};
