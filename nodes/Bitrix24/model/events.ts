import type { IDataObject } from 'n8n-workflow';
import { itemsOf as itemsOfKinds, type HintOf, type HintSource } from '../../shared/triggerItems';
import type { HistoryRecord } from '../api/schema';

/** What the trigger can listen to: how Bitrix24's events call it, and how its stage history does (bitrix24.md §4, §7). */
export interface EventKind {
	value: string;
	name: string;
	/** What it happened to. */
	entity: 'deal' | 'contact';
	/** The event that tells of exactly this. */
	code?: string;
	/** Events to subscribe to. */
	codes: readonly string[];
	/** `TYPE_ID` of the stage history, for the safety net. */
	history: readonly number[];
}

const update = 'ONCRMDEALUPDATE';
/** For applications only; a change of the pipeline comes by no other event. */
export const moveEvent = 'ONCRMDEALMOVETOCATEGORY';

/** The most telling one first: of several for one deal it names the item. */
export const eventKinds: readonly EventKind[] = [
	{ value: 'dealDeleted', name: 'Deal Deleted', entity: 'deal', code: 'ONCRMDEALDELETE', codes: ['ONCRMDEALDELETE'], history: [] },
	{ value: 'dealAdded', name: 'Deal Added', entity: 'deal', code: 'ONCRMDEALADD', codes: ['ONCRMDEALADD'], history: [1] },
	{ value: 'dealMovedToPipeline', name: 'Deal Moved to Pipeline', entity: 'deal', code: moveEvent, codes: [moveEvent], history: [5] },
	{ value: 'dealStageChanged', name: 'Deal Stage Changed', entity: 'deal', codes: [update, moveEvent], history: [2, 3] },
	{ value: 'dealUpdated', name: 'Deal Updated', entity: 'deal', code: update, codes: [update], history: [] },
	{ value: 'contactDeleted', name: 'Contact Deleted', entity: 'contact', code: 'ONCRMCONTACTDELETE', codes: ['ONCRMCONTACTDELETE'], history: [] },
	{ value: 'contactAdded', name: 'Contact Added', entity: 'contact', code: 'ONCRMCONTACTADD', codes: ['ONCRMCONTACTADD'], history: [] },
	{ value: 'contactUpdated', name: 'Contact Updated', entity: 'contact', code: 'ONCRMCONTACTUPDATE', codes: ['ONCRMCONTACTUPDATE'], history: [] },
];

export const kindsOf = (chosen: readonly string[]): EventKind[] => eventKinds.filter(({ value }) => chosen.includes(value));

export const codesOf = (kinds: readonly EventKind[]): string[] => [...new Set(kinds.flatMap(({ codes }) => codes))].sort();

/** An update may be all that is heard of a change of stage, and a move of pipeline is one: whoever waits for that gets them too. */
export const isWanted = ({ event }: Hint, kinds: readonly EventKind[]): boolean =>
	kinds.some(({ value }) => value === event || (value === 'dealStageChanged' && (event === 'dealUpdated' || event === 'dealMovedToPipeline')));

export type Hint = HintOf<EventKind['entity'], { pipelineId: string; statusId: string }>;

/** `undefined` for records of kinds that nobody has described. */
export function hintOf({ OWNER_ID, TYPE_ID, CREATED_TIME, CATEGORY_ID, STAGE_ID }: HistoryRecord): Hint | undefined {
	const kind = eventKinds.find(({ history }) => history.includes(TYPE_ID));
	return kind && { entity: 'deal', id: OWNER_ID, event: kind.value, at: CREATED_TIME, stage: { pipelineId: String(CATEGORY_ID), statusId: STAGE_ID } };
}

/** Hints are given oldest first: an item says where its deal stood last. */
export const itemsOf = (hints: readonly Hint[], source: HintSource): IDataObject[] =>
	itemsOfKinds(hints, source, eventKinds, (asTheyCame) => asTheyCame.findLast(({ stage }) => stage !== undefined)?.stage);
