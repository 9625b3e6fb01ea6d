import { z } from 'zod/v4';
import type { Outcome } from '../../../core/ports';
import type { Command } from './command';

/** Bitrix24 names a field by its code: `Invalid value for field "ufCrm_1731"`, `UF_CRM_MP_TRACKING`. */
const code = /"?\b(ufCrm_?\w+|UF_CRM_\w+)\b"?|(?<=field )"(\w+)"/g;

const hasCode = (text: string): boolean => new RegExp(code.source).test(text);

export interface Refused {
	entityTypeId: number;
	reason: string;
}

/** What was refused because of a field, and of which kind of element. */
export function refusedForField(outcome: Outcome<unknown>, command: Command | undefined): Refused | undefined {
	const entityTypeId = command?.params.entityTypeId;
	return outcome.outcome === 'rejected' && typeof entityTypeId === 'number' && hasCode(outcome.reason) ? { entityTypeId, reason: outcome.reason } : undefined;
}

/** Titles by every code that a field has. */
export const titlesSchema = z
	.object({ fields: z.record(z.string(), z.object({ title: z.string().nullish(), upperName: z.string().nullish() })) })
	.transform(({ fields }) => new Map(Object.entries(fields).flatMap(([name, { title, upperName }]) => [name, upperName ?? name].map((each) => [each, title ?? name] as const))));

/** The same words with the title of each field in place of its code alone. */
export const withTitles = (reason: string, titles: ReadonlyMap<string, string>): string =>
	reason.replace(code, (written: string, custom: string | undefined, system: string | undefined) => {
		const name = custom ?? system ?? '';
		const title = titles.get(name);
		return title === undefined || title === name ? written : `«${title}» (${name})`;
	});
