import { randomUUID } from 'node:crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { fillIndex } from '../../../contacts/warmIndex';
import type { Crm } from '../../../core/ports';
import type { Journal } from '../../../journal/journal';
import { processOwner } from '../../../journal/owner';
import type { PrepareOptions } from '../settings';

/** So often a person who watches is told how far it is. Milliseconds. */
const tellEveryMs = 2_000;

/** Fills the contact index within the time budget, tells n8n's log and the editor how far it is, and says what is left. */
export async function fillIndexVisibly(node: IExecuteFunctions, journal: Journal, crm: Crm, { region, timeBudgetMs }: PrepareOptions): Promise<IDataObject> {
	const until = Date.now() + timeBudgetMs;
	let tellAt = Date.now() + tellEveryMs;
	const { kind, state } = await fillIndex(
		{ journal, crm, region, now: Date.now },
		{
			owner: processOwner(randomUUID()),
			shouldStop: () => Date.now() >= until,
			onPage({ read }) {
				if (Date.now() < tellAt) return;
				tellAt = Date.now() + tellEveryMs;
				node.logger.info(`Order Sync: contact index of ${crm.account}: ${read} contacts read`);
				node.sendMessageToUI(`Contact index of ${crm.account}: ${read} contacts read`);
			},
		},
	);
	return { phase: state.phase, read: state.read, ...(kind === 'warm' ? {} : { goesOn: whoGoesOn[kind] }) };
}

const whoGoesOn = {
	stopped: 'The time budget is used up. The operation Sweep goes on by itself, and so does Prepare CRM.',
	busy: 'Another execution is filling it at this moment.',
};
