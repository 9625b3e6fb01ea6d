import type { INodeProperties } from 'n8n-workflow';
import { countValue } from '../../../shared/parameterValues';
import { keyReport, readRoles } from '../../api/keyCheck';
import type { Operation } from '../operation';

const warnField: INodeProperties = {
	displayName: 'Warn Days Before Expiry',
	name: 'warnDays',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 14,
	description: 'From so many days before the end of the key on "warn" is true; a key lives three months',
};

export const getRoles: Operation = {
	value: 'getRoles',
	name: 'Get Roles',
	action: 'Get the roles of the key',
	description: 'See until when the API key is valid, and which methods that this pack needs it lacks',
	properties: [warnField],
	async run(item) {
		const warnDays = item.get('warnDays', countValue);
		return [{ json: { ...keyReport(await readRoles(item.client), Date.now(), warnDays) } }];
	},
};
