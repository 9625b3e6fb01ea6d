import { runBatch } from './batch/run';
import { createComment } from './comment/create';
import { getManyComments } from './comment/getMany';
import { createContact } from './contact/create';
import { findDuplicates } from './contact/findDuplicates';
import { findOrCreateContact } from './contact/findOrCreate';
import { getContact } from './contact/get';
import { getManyContacts } from './contact/getMany';
import { mergeDuplicates } from './contact/mergeDuplicates';
import { updateContact } from './contact/update';
import { createDeal } from './deal/create';
import { deleteDeal } from './deal/delete';
import { getDeal } from './deal/get';
import { getManyDeals } from './deal/getMany';
import { updateDeal } from './deal/update';
import { upsertDeal } from './deal/upsert';
import type { Resource } from './operation';
import { getManyPipelines } from './pipeline/getMany';
import { getStages } from './pipeline/getStages';
import { getProductRows } from './productRow/get';
import { setProductRows } from './productRow/set';
import { createTodo } from './todo/create';

/** Everything the node can do, in the order in which the editor shows it. */
export const resources: readonly Resource[] = [
	{ value: 'batch', name: 'Batch', operations: [runBatch] },
	{ value: 'contact', name: 'Contact', operations: [createContact, findDuplicates, findOrCreateContact, getContact, getManyContacts, mergeDuplicates, updateContact] },
	{ value: 'deal', name: 'Deal', operations: [createDeal, upsertDeal, deleteDeal, getDeal, getManyDeals, updateDeal] },
	{ value: 'pipeline', name: 'Pipeline', operations: [getManyPipelines, getStages] },
	{ value: 'productRow', name: 'Product Row', operations: [getProductRows, setProductRows] },
	{ value: 'comment', name: 'Timeline Comment', operations: [createComment, getManyComments] },
	{ value: 'todo', name: 'To-Do', operations: [createTodo] },
];
