import type { INodeProperties } from 'n8n-workflow';
import { openStatuses } from '../../model/postingStatus';

const titleOf = (value: string): string =>
	value
		.split('_')
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join(' ');

export const asOptions = (values: readonly string[]) =>
	values.map((value) => ({ name: titleOf(value), value })).sort((a, b) => a.name.localeCompare(b.name));

export const statusesField = (values: readonly string[]): INodeProperties => ({
	displayName: 'Statuses',
	name: 'statuses',
	type: 'multiOptions',
	options: asOptions(values),
	default: [],
	description: 'Only postings with one of these statuses; all when empty',
});

export const allStatuses = [...openStatuses, 'delivered', 'cancelled', 'cancelled_from_split_pending'];
