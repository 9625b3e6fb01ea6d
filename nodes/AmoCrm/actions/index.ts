import { createContact } from './contact/create';
import { findDuplicates } from './contact/findDuplicates';
import { findOrCreateContact } from './contact/findOrCreate';
import { getContact } from './contact/get';
import { getManyContacts } from './contact/getMany';
import { mergeDuplicates } from './contact/mergeDuplicates';
import { updateContact } from './contact/update';
import { createDeal } from './deal/create';
import { findDealByNumber } from './deal/findByNumber';
import { getDeal } from './deal/get';
import { getManyDeals } from './deal/getMany';
import { updateDeal } from './deal/update';
import { upsertDeal } from './deal/upsert';
import { createNote } from './note/create';
import { getManyNotes } from './note/getMany';
import type { Resource } from './operation';
import { getManyPipelines } from './pipeline/getMany';
import { getStages } from './pipeline/getStages';
import { completeTask } from './task/complete';
import { createTask } from './task/create';
import { getManyTasks } from './task/getMany';
import { updateTask } from './task/update';

/** Everything the node can do, in the order in which the editor shows it. */
export const resources: readonly Resource[] = [
	{ value: 'contact', name: 'Contact', operations: [createContact, findDuplicates, findOrCreateContact, getContact, getManyContacts, mergeDuplicates, updateContact] },
	{ value: 'deal', name: 'Deal', operations: [createDeal, upsertDeal, findDealByNumber, getDeal, getManyDeals, updateDeal] },
	{ value: 'note', name: 'Note', operations: [createNote, getManyNotes] },
	{ value: 'pipeline', name: 'Pipeline', operations: [getManyPipelines, getStages] },
	{ value: 'task', name: 'Task', operations: [completeTask, createTask, getManyTasks, updateTask] },
];
