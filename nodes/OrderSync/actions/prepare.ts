import { NodeOperationError, sleep, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { Crm, PreparedCrm } from '../../../core/ports';
import type { Journal } from '../../../journal/journal';
import { openJournal, processOwner } from '../../../journal/open';
import { untilDone } from '../../../transport/again';
import { noOutputs, type Outputs } from '../output';
import { openCrm, recorder } from '../pair';
import { prepareOptions } from '../settings';
import { forgetPipelines, pipelinesOf } from '../stageMap';
import { fillIndexVisibly } from './fillIndex';

const locator = z.object({ mode: z.string(), value: z.union([z.string(), z.number()]).transform((value) => String(value).trim()) });

/** Makes the pipeline, its stages and the card's fields in the CRM unless they are there. Safe to repeat. */
export async function prepare(node: IExecuteFunctions): Promise<Outputs> {
	const journal = await openJournal();
	const crm = await openCrm(node, node.getNodeParameter('crm', 0), recorder(node, journal));
	const options = prepareOptions(node.getNodeParameter('options', 0, {}));
	const wanted = locator.parse(node.getNodeParameter('pipeline', 0));
	let name = wanted.value;
	if (wanted.mode !== 'name') {
		const chosen = (await pipelinesOf(crm, Date.now())).find(({ id }) => id === wanted.value);
		if (!chosen) {
			throw new NodeOperationError(node.getNode(), `${crm.account} has no pipeline with the ID ${wanted.value}`, {
				description: 'Choose another pipeline, or give a name "By Name": a pipeline with this name is created when there is none',
			});
		}
		({ name } = chosen);
	}
	const prepared = await prepareAlone(node, journal, crm, name);
	forgetPipelines(crm);
	const outputs = noOutputs();
	const json: IDataObject = { ...prepared, account: crm.account };
	if (options.fillContactIndex) json.contactIndex = await fillIndexVisibly(node, journal, crm, options);
	outputs[0].push({ json, pairedItem: { item: 0 } });
	return outputs;
}

const lockName = 'prepare';
/** A preparation that is tried again takes some minutes at the most. */
const lockMs = 5 * 60_000;
const waitMs = 1_000;

/** One preparation of an account at a time: whoever comes second finds what the first has made. What broke off is run again. */
async function prepareAlone(node: IExecuteFunctions, { cursors }: Journal, crm: Crm, pipelineName: string): Promise<PreparedCrm> {
	const account = `${crm.name}:${crm.account}`;
	const owner = processOwner();
	for (const until = Date.now() + lockMs; !(await cursors.lock(account, lockName, owner, lockMs, Date.now())); ) {
		if (Date.now() >= until) {
			throw new NodeOperationError(node.getNode(), `Another execution has been preparing ${crm.account} for ${lockMs / 60_000} minutes`, {
				description: 'Wait until it has ended, or stop it, then run Prepare CRM once more: it makes only what is missing.',
			});
		}
		await sleep(waitMs);
	}
	try {
		return await untilDone(() => crm.prepare(pipelineName), sleep);
	} finally {
		await cursors.unlock(account, lockName, owner);
	}
}
