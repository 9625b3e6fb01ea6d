import type { DuplicateReport } from '../../core/duplicates/types';
import type { LabelledContact } from './people';

export interface Score {
	/** Pairs of contacts proposed for a merge. */
	proposed: number;
	/** Of these, two different people. */
	wrong: [LabelledContact, LabelledContact][];
	/** Pairs of one person that share a real phone or mailbox. */
	real: number;
	missed: [LabelledContact, LabelledContact][];
	precision: number;
	/** Of all real pairs, how many are proposed for a merge. */
	recallOfAll: number;
	/** The same among pairs of which both cards have a first name; the others are for a person by rule. */
	recall: number;
	/** Of all real pairs, how many are shown together: proposed, or as a group that a person decides. */
	found: number;
}

/** Compares what was found with who the contacts really are. Pairs joined through a third contact count as joined. */
export function score(contacts: readonly LabelledContact[], report: DuplicateReport): Score {
	const labelled = new Map(contacts.map((contact) => [contact.id, contact]));
	const groupOf = new Map<string, number>();
	const wrong: Score['wrong'] = [];
	const shownIn = new Map<string, number[]>();
	let proposed = 0;
	report.groups.forEach((group, number) => {
		for (const { id } of group.contacts) shownIn.set(id, [...(shownIn.get(id) ?? []), number]);
		if (group.certainty === 'conflict') return;
		const members = group.contacts.flatMap(({ id }) => labelled.get(id) ?? []);
		for (const [index, one] of members.entries()) {
			if (groupOf.has(one.id)) throw new Error(`contact ${one.id} is in two groups`);
			groupOf.set(one.id, number);
			for (const other of members.slice(index + 1)) {
				proposed++;
				if (one.person !== other.person) wrong.push([one, other]);
			}
		}
	});

	const byPerson = new Map<number, LabelledContact[]>();
	for (const contact of contacts) byPerson.set(contact.person, [...(byPerson.get(contact.person) ?? []), contact]);
	const missed: Score['missed'] = [];
	let [real, named, hidden] = [0, 0, 0];
	for (const cards of byPerson.values()) {
		for (const [index, one] of cards.entries()) {
			for (const other of cards.slice(index + 1)) {
				if (!one.realKeys.some((key) => other.realKeys.includes(key))) continue;
				real++;
				if (one.saysWho && other.saysWho) named++;
				if (!shownIn.get(one.id)?.some((number) => shownIn.get(other.id)?.includes(number))) hidden++;
				const group = groupOf.get(one.id);
				if (group === undefined || group !== groupOf.get(other.id)) missed.push([one, other]);
			}
		}
	}
	const missedNamed = missed.filter(([one, other]) => one.saysWho && other.saysWho).length;
	return {
		proposed,
		wrong,
		real,
		missed,
		precision: 1 - wrong.length / (proposed || 1),
		recallOfAll: 1 - missed.length / (real || 1),
		recall: 1 - missedNamed / (named || 1),
		found: 1 - hidden / (real || 1),
	};
}
