import type { INodeProperties } from 'n8n-workflow';

export const taskIdParameter: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 12345678',
};

export const taskText: INodeProperties = {
	displayName: 'Text',
	name: 'text',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. Позвонить покупателю',
};

export const dueAt: INodeProperties = {
	displayName: 'Due At',
	name: 'dueAt',
	type: 'dateTime',
	default: '',
	description: 'When the task has to be done',
};

export const taskTypeOption: INodeProperties = {
	displayName: 'Task Type ID',
	name: 'taskTypeId',
	type: 'number',
	default: 1,
	description: '1 is a follow-up, 2 a meeting; an account may have more',
};
