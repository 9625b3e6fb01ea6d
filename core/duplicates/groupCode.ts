import type { MergeGroup } from './types';

/** A group as people write it down: the contact to keep first, e.g. `101+205+340`. */
export interface GroupIds {
	keepId: string;
	otherIds: string[];
}

export const groupCode = ({ contacts }: Pick<MergeGroup, 'contacts'>): string => contacts.map(({ id }) => id).join('+');

/** Reads `101+205`, with spaces and № allowed; `undefined` when it names fewer than two different contacts or something else than numbers. */
export function readGroupCode(text: string): GroupIds | undefined {
	const parts = text.split('+').map((part) => part.replace(/[\s№#]/g, ''));
	if (!parts.every((part) => /^[1-9]\d{0,15}$/.test(part))) return undefined;
	const [keepId, ...others] = parts;
	const otherIds = [...new Set(others)].filter((id) => id !== keepId);
	return keepId === undefined || otherIds.length === 0 ? undefined : { keepId, otherIds };
}
