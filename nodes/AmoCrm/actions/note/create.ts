import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';
import { rejected, type Outcome } from '../../../../core/ports';
import type { Entity } from '../../api/client';
import type { NotePayload } from '../../api/payloads';
import { manyItems, type Work } from '../operation';
import { contactOfEntity, dealOfEntity, onEntity } from '../parameters';
import { idValue, requiredText } from '../parameterValues';
import { idJson } from '../writtenId';

const entities = ['leads', 'contacts'] as const;

export const entityValue = z.enum(entities);

export const createNote = manyItems({
	value: 'create',
	name: 'Create',
	action: 'Create a note',
	description: 'Write a note on a deal or contact',
	properties: [
		onEntity,
		dealOfEntity,
		contactOfEntity,
		{ displayName: 'Text', name: 'text', type: 'string', typeOptions: { rows: 3 }, required: true, default: '' },
	],
	read(item): { entity: Entity; note: NotePayload } {
		const entity = item.get('entity', entityValue);
		const entityId = item.get(entity === 'leads' ? 'dealId' : 'contactId', idValue);
		return { entity, note: { entity_id: entityId, note_type: 'common', params: { text: item.get('text', requiredText) } } };
	},
	execute: createNotes,
});

async function createNotes({ client }: Work, notes: readonly { entity: Entity; note: NotePayload }[]): Promise<Outcome<IDataObject>[]> {
	const outcomes: Outcome<IDataObject>[] = notes.map(() => rejected('was not sent', false));
	for (const entity of entities) {
		const own = notes.flatMap((each, index) => (each.entity === entity ? [{ index, note: each.note }] : []));
		const written = await client.addNotes(entity, own.map(({ note }) => note));
		own.forEach(({ index }, position) => {
			const outcome = written[position];
			if (outcome !== undefined) outcomes[index] = idJson(outcome);
		});
	}
	return outcomes;
}
