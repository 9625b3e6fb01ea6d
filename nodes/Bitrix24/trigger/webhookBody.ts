import { parse } from 'qs';
import { z } from 'zod/v4';
import { eventKinds, type Hint } from '../model/events';

/** One event with one id (bitrix24.md §7): far less than this. */
export const longestBody = 64 * 1024;

const text = z.string().optional().catch(undefined);
const wholeText = z.string().regex(/^\d{1,15}$/).transform(Number);

const bodySchema = z.object({
	event: z.string(),
	ts: text,
	data: z
		.object({
			FIELDS: z
				.object({ ID: wholeText, CATEGORY_ID: text, STAGE_ID: text })
				.optional()
				.catch(undefined),
		})
		.optional()
		.catch(undefined),
	auth: z.object({ application_token: text, member_id: text, domain: text }).optional().catch(undefined),
});

export interface WebhookBody {
	/** Who it says it is from; never given on. */
	sender: { token?: string; memberId?: string; domain?: string };
	/** `undefined`: an event that this package does not know. */
	hint?: Hint;
}

/** Reads a call of Bitrix24's: a form with bracketed keys, every value a string. Only ids are taken out of it. */
export function readWebhookBody(raw: string): WebhookBody | undefined {
	// Objects instead of arrays and without prototypes: whoever sends indexes or `__proto__` gains nothing.
	const body = bodySchema.safeParse(parse(raw, { parseArrays: false, plainObjects: true, allowPrototypes: false, depth: 4, parameterLimit: 200 }));
	if (!body.success) return undefined;
	const { event, ts, data, auth } = body.data;
	const { application_token: token, member_id: memberId, domain } = auth ?? {};
	return { sender: { token, memberId, domain }, hint: hintOf(event.toUpperCase(), data?.FIELDS, Number(ts)) };
}

function hintOf(event: string, fields: { ID: number; CATEGORY_ID?: string; STAGE_ID?: string } | undefined, ts: number): Hint | undefined {
	const kind = eventKinds.find(({ code }) => code === event);
	if (kind === undefined || fields === undefined) return undefined;
	const { ID: id, CATEGORY_ID: pipelineId, STAGE_ID: statusId } = fields;
	return {
		entity: kind.entity,
		id,
		event: kind.value,
		...(Number.isFinite(ts) ? { at: ts * 1000 } : {}),
		...(pipelineId === undefined || statusId === undefined ? {} : { stage: { pipelineId, statusId } }),
	};
}
