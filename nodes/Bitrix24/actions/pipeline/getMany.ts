import { readPipelines } from '../../model/pipelineStages';
import { asJson } from '../output';
import { eachItem } from '../operation';
import { simplify } from '../parameters';
import { yesNo } from '../parameterValues';

export const getManyPipelines = eachItem({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many pipelines',
	description: 'List the pipelines of deals with their stages, in one call',
	properties: [simplify],
	async execute({ crm, client }, item) {
		return item.get('simplify', yesNo) ? (await crm.pipelines()).map(asJson) : (await readPipelines(client)).categories.map(asJson);
	},
});
