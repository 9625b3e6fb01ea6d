import { asJson } from '../output';
import { eachItem } from '../operation';
import { simplify } from '../parameters';
import { yesNo } from '../parameterValues';

export const getManyPipelines = eachItem({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many pipelines',
	description: 'List the pipelines with their stages; an account has 50 at most',
	properties: [simplify],
	async execute({ crm, client }, item) {
		return (item.get('simplify', yesNo) ? await crm.pipelines() : await client.pipelines()).map(asJson);
	},
});
