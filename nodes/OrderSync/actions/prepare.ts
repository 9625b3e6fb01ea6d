import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import type { Crm } from '../../../core/ports';
import { openJournal, processOwner } from '../../../journal/open';
import type { Journal } from '../../../journal/journal';
import { noOutputs, type Outputs } from '../output';
import { namePair, openCrm, recorder } from '../pair';
import { settingsItem } from '../pairSettings';
import { alone, prepareCrm, preparePair } from '../preparePair';
import { pairOptions, prepareOptions } from '../settings';
import { forgetPipelines, pipelineLocator, pipelinesOf, readRows } from '../stageMap';
import { fillIndexVisibly } from './fillIndex';

/** Makes what is missing in the CRM, and keeps pipeline, map and options for every node of the pair. Safe to repeat. */
export async function prepareCrmAndPair(node: IExecuteFunctions): Promise<Outputs> {
	const named = await namePair(node);
	const options = node.getNodeParameter('options', 0, {});
	const { settings, changed, prepared } = await preparePair(node, named, {
		pipeline: pipelineLocator.parse(node.getNodeParameter('pipeline', 0)),
		rows: node.getNodeParameter('stageMapBy', 0) === 'hand' ? readRows(node.getNodeParameter('stageMap', 0, null)) : {},
		options: pairOptions(options),
	});
	const { created, found } = prepared;
	return done(node, named.journal, named.crm, { ...options, ...settings.options }, { ...settingsItem(settings), changed, created, found, account: named.crm.account });
}

/** Version 0.1.0: the CRM alone, with stages for every marketplace. */
export async function prepare(node: IExecuteFunctions): Promise<Outputs> {
	const journal = await openJournal();
	const crm = await openCrm(node, node.getNodeParameter('crm', 0), recorder(node, journal));
	const wanted = pipelineLocator.parse(node.getNodeParameter('pipeline', 0));
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
	const prepared = await alone(node, { journal, crm, owner: processOwner() }, () => prepareCrm(crm, name));
	forgetPipelines(crm);
	return done(node, journal, crm, node.getNodeParameter('options', 0, {}), { ...prepared, account: crm.account });
}

async function done(node: IExecuteFunctions, journal: Journal, crm: Crm, rawOptions: unknown, json: IDataObject): Promise<Outputs> {
	const options = prepareOptions(rawOptions);
	const outputs = noOutputs();
	if (options.fillContactIndex) json.contactIndex = await fillIndexVisibly(node, journal, crm, options);
	outputs[0].push({ json, pairedItem: { item: 0 } });
	return outputs;
}
