/** Who somebody is recognised by: E.164 phones and lower-case e-mails. */
export interface Person {
	phones: string[];
	emails: string[];
}

export const keysOf = ({ phones, emails }: Person): string[] => [...phones, ...emails];

/** Puts together the indexes of those who share a phone or an e-mail, also over a third one; the first index leads each group. */
export function samePeople(people: readonly Person[]): number[][] {
	const groupOf = new Map<string, Set<number>>();
	const groups = new Set<Set<number>>();
	people.forEach((person, index) => {
		const group = new Set([index]);
		groups.add(group);
		for (const key of keysOf(person)) {
			const other = groupOf.get(key);
			if (other === undefined || other === group) continue;
			for (const member of other) group.add(member);
			groups.delete(other);
		}
		for (const member of group) for (const key of keysOf(people[member] ?? { phones: [], emails: [] })) groupOf.set(key, group);
	});
	return [...groups].map((group) => [...group].sort((a, b) => a - b)).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

export const mergePeople = (people: readonly Person[]): Person => ({
	phones: [...new Set(people.flatMap(({ phones }) => phones))],
	emails: [...new Set(people.flatMap(({ emails }) => emails))],
});
