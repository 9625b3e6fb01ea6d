import type { IHookFunctions, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';
import type { z } from 'zod/v4';
import { openJournal } from '../../journal/open';

/*
 * What triggers remember is in the journal, because n8n's static data is no store: what a webhook writes with its items is lost, a
 * poll does not see it and overwrites it, and a poll that gives nothing saves nothing.
 */

export type TriggerContext = IHookFunctions | IPollFunctions | IWebhookFunctions;

/** A part of a trigger's memory that is written by itself: what a webhook learns does not get in the way of a poll's cursor. */
export interface MemoryPart<T> {
	name: string;
	/** What the journal keeps as JSON. Lenient: one odd entry must not cost the others. */
	schema: z.ZodType<T>;
	/** The keys that version 0.1.0 has kept the same under in n8n's static data. */
	earlierKeys: readonly string[];
}

export interface Memory<T> {
	/** `undefined`: nothing yet. */
	readonly value: T | undefined;
	/** Remembers this instead; false when somebody else has written since `value` was read, and nothing was changed. */
	keep(next: T): Promise<boolean>;
	/** From now on nobody who has read it before may write it. False: somebody else has written since it was read. */
	claim(): Promise<boolean>;
}

/** What the trigger of this context remembers. What version 0.1.0 has left in n8n's static data is taken over the first time. */
export async function recall<T>(context: TriggerContext, part: MemoryPart<T>): Promise<Memory<T>> {
	const { triggers } = await openJournal();
	const trigger = triggerName(context);
	const note = await triggers.read(trigger, part.name, Date.now());
	const value = note === undefined ? earlier(context, part) : part.schema.safeParse(parsed(note.value)).data;
	const write = async (text: string): Promise<boolean> => {
		const isWritten = await triggers.write(trigger, part.name, text, note?.version ?? 0, Date.now());
		// Once is enough: if the journal is lost one day, what is found here must not be the past of long ago.
		if (isWritten && note === undefined) forgetEarlier(context, part);
		return isWritten;
	};
	return {
		value,
		keep: async (next) => {
			const text = JSON.stringify(next);
			return text === note?.value || (await write(text));
		},
		claim: async () => value === undefined || (await write(JSON.stringify(value))),
	};
}

/** The same for who begins anew: those who are still at it, and began before, cannot write what they find. */
export async function takeOver<T>(context: TriggerContext, part: MemoryPart<T>): Promise<Memory<T>> {
	for (;;) {
		const memory = await recall(context, part);
		if (await memory.claim()) return await recall(context, part);
	}
}

/** Changes what is remembered, whoever else does at the same time. @param change pure: it may be called more than once */
export async function amend<T>(context: TriggerContext, part: MemoryPart<T>, change: (before: T | undefined) => T): Promise<T> {
	for (;;) {
		const memory = await recall(context, part);
		const next = change(memory.value);
		if (await memory.keep(next)) return next;
	}
}

/** "Execute" in the editor, which listens at an address of its own and ends after one call or two minutes. */
export const isTest = (context: TriggerContext): boolean => context.getMode() === 'manual' || !context.getWorkflow().active;

/** The same after every restart, and another one for a copy of the workflow or of the node. */
export function triggerName(context: TriggerContext): string {
	return [context.getWorkflow().id ?? 'unsaved', context.getNode().id, isTest(context) ? 'test' : 'production'].join('/');
}

function earlier<T>(context: TriggerContext, { schema, earlierKeys }: MemoryPart<T>): T | undefined {
	if (isTest(context)) return undefined;
	const store = context.getWorkflowStaticData('node');
	const found = earlierKeys.flatMap((key) => (store[key] === undefined ? [] : [[key, store[key]]]));
	if (found.length === 0) return undefined;
	// As text, because n8n hides a property of its own in every object that it has loaded.
	return schema.safeParse(parsed(JSON.stringify(Object.fromEntries(found)))).data;
}

function forgetEarlier<T>(context: TriggerContext, { earlierKeys }: MemoryPart<T>): void {
	const store = context.getWorkflowStaticData('node');
	for (const key of earlierKeys) if (store[key] !== undefined) delete store[key];
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
