import { postingField, simplifyField } from '../parameters';
import type { Operation } from '../operation';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get a posting',
	description: 'Read one posting (FBS, rFBS, Express or FBO) by its number',
	properties: [postingField, simplifyField],
	async run(item) {
		return [{ json: item.present(await item.posting()) }];
	},
};
