import type { IDataObject } from 'n8n-workflow';
import type { NodeClass } from '../engine/nodeTypes';
import type { FakeRequest } from '../engine/http';
import type { DealSeen } from '../orderSync/sides';
import { AmoCrm } from '../../nodes/AmoCrm/AmoCrm.node';
import { AmoCrmTrigger } from '../../nodes/AmoCrm/AmoCrmTrigger.node';
import { Bitrix24 } from '../../nodes/Bitrix24/Bitrix24.node';
import { Bitrix24Trigger } from '../../nodes/Bitrix24/Bitrix24Trigger.node';
import type { Sandbox } from '../../sandbox/sandbox';

/** What the templates need of a CRM beside its side in the stories of Order Sync. */
export interface CrmOfTemplates {
	nodeTypes: readonly NodeClass[];
	/** What a person has filled in besides, so that the CRM's webhook is known. */
	credential: IDataObject;
	/** What the trigger has written down when it was published. */
	memory: IDataObject;
	/** The webhook that tells of a moved deal (amocrm.md §7, bitrix24.md §7). */
	tells(deal: DealSeen): FakeRequest;
	/** A manager puts the deal into a pipeline that is not ours. */
	moveAway(sandbox: Sandbox, dealId: number): void;
}

const form = (body: Record<string, string>, query: Record<string, string> = {}): FakeRequest => ({
	headers: { 'content-type': 'application/x-www-form-urlencoded' },
	query,
	rawBody: Buffer.from(new URLSearchParams(body).toString()),
});

const applicationToken = 'outgoing-token-0123456789abcdef';

export const crms: Record<'amocrm' | 'bitrix24', CrmOfTemplates> = {
	amocrm: {
		nodeTypes: [AmoCrm, AmoCrmTrigger],
		credential: {},
		memory: { secret: 'secret' },
		tells: ({ id, triggered }) =>
			form(
				{
					'leads[status][0][id]': String(id),
					'leads[status][0][status_id]': String(triggered.statusId),
					'leads[status][0][pipeline_id]': String(triggered.pipelineId),
				},
				{ secret: 'secret' },
			),
		moveAway(sandbox, dealId) {
			const other = sandbox.amocrm.state().pipelines.find(({ isMain }) => isMain);
			const stage = other?.stages[1];
			if (!other || !stage) throw new Error('no other pipeline');
			sandbox.amocrm.account.moveLead(dealId, stage.id, other.id);
		},
	},
	bitrix24: {
		nodeTypes: [Bitrix24, Bitrix24Trigger],
		credential: { applicationToken },
		memory: {},
		tells: ({ id }) => form({ event: 'ONCRMDEALUPDATE', event_handler_id: '1', 'data[FIELDS][ID]': String(id), ts: '1790000000', 'auth[application_token]': applicationToken }),
		moveAway(sandbox, dealId) {
			const other = sandbox.bitrix24.state().pipelines.find(({ id }) => id === 0);
			const stage = other?.stages[1];
			if (!stage) throw new Error('no other pipeline');
			sandbox.bitrix24.account.moveDeal(dealId, stage.id, 0);
		},
	},
};
