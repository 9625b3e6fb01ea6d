import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { openJournal } from '../../../journal/open';
import { mergeGroup, type ContactMerger, type Merged } from '../../../contacts/merge';
import { readGroupCode } from '../../../core/duplicates/groupCode';
import { phoneRegions } from '../../../core/contact/phone';
import { operationsOf, type Item, type Operation } from '../operation';
import { NotDone } from '../readParameter';
import { optionalText, textValue } from '../parameterValues';
import { phoneRegion } from './region';

/** What the CRMs differ in. */
export interface MergeService<Work> {
	/** Name of the CRM. */
	service: string;
	/** What becomes of the contacts that are not kept, in one sentence. */
	description: string;
	/** Parameters of its own. */
	properties: readonly INodeProperties[];
	merger(work: Work, item: Item): ContactMerger;
}

const groupParameter: INodeProperties = {
	displayName: 'Group Code',
	name: 'groupCode',
	type: 'string',
	required: true,
	default: '={{ $json.code }}',
	placeholder: 'e.g. 101+205',
	description: 'Contact IDs joined by plus signs, the one to keep first, as in the report of Find Duplicates. A person has to have approved the group.',
};

const approvedByParameter: INodeProperties = {
	displayName: 'Approved By',
	name: 'approvedBy',
	type: 'string',
	default: '',
	placeholder: 'e.g. Aigerim, head of sales',
	description: 'Who has looked at the group, for the journal',
};

/**
 * Merge Duplicates of a CRM's node: one approved group per item. Before anything is changed the contacts are read anew and
 * written to the journal; a group that was merged before is reported as done.
 */
export function mergeDuplicatesOperation<Work extends { now(): number }>(crm: MergeService<Work>): Operation<Work> {
	const { eachItem } = operationsOf<Work>(crm.service);
	return eachItem({
		value: 'mergeDuplicates',
		name: 'Merge Duplicates',
		action: 'Merge duplicate contacts',
		description: crm.description,
		properties: [groupParameter, approvedByParameter, phoneRegion, ...crm.properties],
		async execute(work, item) {
			const text = item.get('groupCode', textValue);
			const group = readGroupCode(text);
			if (group === undefined) throw new NotDone('The group code cannot be read', 'Write contact IDs joined by plus signs, the one to keep first, e.g. 101+205.');
			const region = item.get('region', z.enum(phoneRegions));
			const approvedBy = item.get('approvedBy', optionalText);
			const merged = await mergeGroup({ journal: await openJournal(), merger: crm.merger(work, item), now: work.now }, { ...group, approvedBy, region });
			if (merged.outcome === 'ok') return [mergedJson(merged.value, text)];
			const advice = merged.outcome === 'rejected' && !merged.permanent ? 'Nothing is lost: run this group again later.' : 'The journal has what was in the contacts: see Get Merges of Sync Journal.';
			throw new NotDone(merged.reason, advice);
		},
	});
}

const mergedJson = ({ keepId, mergedIds, wasDone, movedDealIds }: Merged, code: string): IDataObject => ({
	code: code.replace(/\s/g, ''),
	keepId,
	mergedIds,
	movedDealIds,
	result: wasDone ? 'was merged before' : 'merged',
});
