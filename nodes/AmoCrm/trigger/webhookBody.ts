import { parse } from 'qs';
import { z } from 'zod/v4';
import { eventKinds, type EventKind, type Hint } from '../model/events';

/** More than the longest body amoCRM sends; what is cut off or refused is found by the poll. */
export const longestBody = 1024 * 1024;
const mostParameters = 20_000;

export interface WebhookBody {
	/** Which account it says it is from. */
	accountId?: number;
	hints: Hint[];
}

/** Names of amoCRM's sections in the body (amocrm.md §7). */
const sections: Readonly<Record<string, EventKind['entity']>> = { leads: 'deal', contacts: 'contact', task: 'task', tasks: 'task' };

const branch = z.record(z.string(), z.unknown());
const wholeText = z.string().regex(/^\d{1,15}$/).transform(Number);
const optionalWhole = wholeText.optional().catch(undefined);

const itemSchema = z.object({
	id: wholeText,
	pipeline_id: optionalWhole,
	status_id: optionalWhole,
	old_status_id: optionalWhole,
	/** Only when the pipeline changed (amocrm.md §7). */
	old_pipeline_id: optionalWhole,
	last_modified: optionalWhole,
	updated_at: optionalWhole,
});
const noteSchema = z.object({ note: z.object({ element_id: wholeText }) });

/**
 * Reads a webhook's body: bracketed keys, every value a string, several events and entities in one POST (amocrm.md §7).
 * Only ids and times are taken out of it. `undefined`: this is no body of amoCRM's.
 */
export function readWebhookBody(raw: string): WebhookBody | undefined {
	const body = branch.safeParse(
		// Objects instead of arrays and without prototypes: whoever sends indexes or `__proto__` gains nothing.
		parse(raw, { parseArrays: false, plainObjects: true, allowPrototypes: false, depth: 6, parameterLimit: mostParameters }),
	);
	if (!body.success) return undefined;
	const known = Object.entries(body.data).flatMap(([section, content]) => {
		const entity = sections[section];
		const actions = branch.safeParse(content);
		return entity === undefined || !actions.success ? [] : [{ entity, actions: actions.data }];
	});
	const account = z.object({ id: optionalWhole }).passthrough().safeParse(body.data.account);
	if (known.length === 0 && !account.success) return undefined;
	return { accountId: account.data?.id, hints: known.flatMap(({ entity, actions }) => hintsOf(entity, actions)) };
}

function hintsOf(entity: EventKind['entity'], actions: Record<string, unknown>): Hint[] {
	return Object.entries(actions).flatMap(([action, content]) => {
		const kind = eventKinds.find((each) => each.entity === entity && each.action === action);
		const items = branch.safeParse(content);
		if (kind === undefined || !items.success) return [];
		return Object.values(items.data).flatMap((item) => hintOf(kind, item) ?? []);
	});
}

function hintOf(kind: EventKind, item: unknown): Hint | undefined {
	if (kind.action === 'note') {
		const note = noteSchema.safeParse(item);
		return note.success ? { entity: kind.entity, id: note.data.note.element_id, event: kind.value } : undefined;
	}
	const read = itemSchema.safeParse(item);
	if (!read.success) return undefined;
	const { id, pipeline_id: pipelineId, status_id: statusId, old_status_id: oldStatusId, old_pipeline_id: oldPipelineId } = read.data;
	const seconds = read.data.updated_at ?? read.data.last_modified;
	return {
		entity: kind.entity,
		id,
		event: kind.value,
		...(seconds === undefined ? {} : { at: seconds * 1000 }),
		...(statusId === undefined ? {} : { stage: { pipelineId, statusId, oldPipelineId, oldStatusId } }),
	};
}
