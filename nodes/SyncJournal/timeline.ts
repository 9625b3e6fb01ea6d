import type { IDataObject } from 'n8n-workflow';
import type { AttentionEpisode, StageChange } from '../../journal/journal';

export const iso = (ms: number): string => new Date(ms).toISOString();

/** A change of stage as data. */
export const changeJson = ({ side, from, to, by, who, at, noticedAt }: StageChange): IDataObject => ({
	side,
	from: from ?? null,
	to,
	by,
	userId: who ?? null,
	at: iso(at),
	noticedAt: noticedAt === undefined ? null : iso(noticedAt),
});

/** A time during which the order waited for a person, as data. */
export const episodeJson = ({ reason, beganAt, endedAt, endedBy }: AttentionEpisode): IDataObject => ({
	reason,
	since: iso(beganAt),
	until: endedAt === undefined ? null : iso(endedAt),
	ended: endedBy === undefined ? null : howItEnded(endedBy),
});

/** Everything in the order in which it happened, a sentence each. Pure. */
export function timeline(changes: readonly StageChange[], episodes: readonly AttentionEpisode[]): string[] {
	const told = [
		...changes.map((change) => ({ at: change.at, text: changeText(change) })),
		...episodes.flatMap(({ reason, beganAt, endedAt, endedBy = '' }) => [
			{ at: beganAt, text: `needs attention: ${reason}` },
			...(endedAt === undefined ? [] : [{ at: endedAt, text: `needs nobody any more: ${howItEnded(endedBy)}` }]),
		]),
	];
	return told.sort((a, b) => a.at - b.at).map(({ at, text }) => `${iso(at)} ${text}`);
}

function changeText({ side, from, to, by, who }: StageChange): string {
	const what = `${side === 'crm' ? 'deal' : 'order'} ${from === undefined ? `is ${words(to)}` : `moved from ${words(from)} to ${words(to)}`}`;
	if (by === 'sync') return `${what}, by Order Sync`;
	if (side === 'marketplace') return `${what}, on the marketplace`;
	return `${what}, in the CRM${who === undefined ? '' : ` by user ${who}`}`;
}

const words = (stage: string): string => stage.replaceAll('_', ' ');

function howItEnded(endedBy: string): string {
	const [, decision] = /^decision: (.+)$/.exec(endedBy) ?? [];
	if (decision !== undefined) return `a person decided «${words(decision)}»`;
	if (endedBy === 'another reason') return 'there was another reason from then on';
	return 'a later look found its cause gone';
}
