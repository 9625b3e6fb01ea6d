import { isHintedAt } from './nameHints';
import { agreements, contradictions, mostNames, type Names } from './nameKnowledge';
import type { ConflictReason } from './types';
import type { NameVerdict } from '../contact/personName';
import { UnionFind } from './unionFind';

/** Contacts (by their position) that have one key in common. */
export interface Bucket {
	/** Its number. */
	key: number;
	kind: 'phone' | 'email' | 'customer';
	/** Of an e-mail. */
	mailbox?: string;
	members: readonly number[];
	/** A fixed line, a switchboard or a company's mailbox. */
	isNaturallyShared: boolean;
}

export interface Joined {
	/** Contacts that are one person, two and more. */
	groups: number[][];
	groupOf: (member: number) => number;
	judge(members: readonly number[]): { certain: boolean; verdicts: NameVerdict[] };
	isCrowd(bucket: Bucket): boolean;
	/** Why a bucket's members were not all joined. */
	conflictOf(bucket: Bucket): Set<ConflictReason>;
}

/** From so many people on, even equal names are as likely namesakes: the key joins nobody. */
const crowdOf = 5;
/** From so many people on, a shorter name ("Асель") may be any of them: only equal names are joined. */
const sharedFrom = 3;
/** How a key is used: by one person, a couple or a family of one surname; by several; by a crowd. */
type Use = 'personal' | 'shared' | 'crowd';

/**
 * Decides who is one person. Never without a real phone or e-mail in common, and never against the names:
 *
 * | names on a shared key | joined |
 * |---|---|
 * | same first name and surname | yes, unless five or more people use the key |
 * | one is shorter ("Асель", "Асель К."), or a slip | if one person, a couple or a family of one surname uses the key, and it is no fixed line or info@ |
 * | same first name, other surname | only with a second personal key in common: then she married; with one key it may be a sister-in-law |
 * | no name, a surname or initials only | only if the key is one person's, and the mailbox bears her name, the initial agrees, or a second phone is in common; else it may be the husband's |
 * | another first name | never |
 *
 * What was joined by something weaker than equal names must be free of contradictions as a whole ("Асель" cannot be both
 * "Асель Касымова" and "Асель Ким"); otherwise only the equal names in it stay together.
 */
export function joinSame(buckets: readonly Bucket[], keysOf: readonly (readonly number[])[], names: Names): Joined {
	const kinds = new Map(buckets.map(({ key, kind }) => [key, kind] as const));
	const uses = new Map(buckets.map((bucket) => [bucket.key, useOf(bucket, names)] as const));
	const strong = new UnionFind(keysOf.length);
	const weak = new UnionFind(keysOf.length);
	const certain = new UnionFind(keysOf.length);
	/** Contacts with one first name, two surnames and two keys in common. */
	const married: [number, number][] = [];
	const personalKeys = (member: number): number[] => (keysOf[member] ?? []).filter((key) => uses.get(key) === 'personal' && kinds.get(key) !== 'customer');
	const sharedKeys = (one: number, other: number): number[] => {
		const others = personalKeys(other);
		return personalKeys(one).filter((key) => others.includes(key));
	};
	const haveTwoKeys = (one: number, other: number): boolean => sharedKeys(one, other).length > 1;
	const haveTwoPhones = (one: number, other: number): boolean => sharedKeys(one, other).filter((key) => kinds.get(key) === 'phone').length > 1;

	for (const bucket of buckets) {
		const use = uses.get(bucket.key);
		if (bucket.kind === 'customer' || use === 'crowd' || use === undefined) continue;
		for (const [one, other, verdict] of pairsOf(bucket, names)) {
			const isPersonal = use === 'personal';
			if (verdict === 'same') strong.join(one, other);
			if (verdict === 'same' || (isPersonal && (verdict === 'shorter' || verdict === 'spelling'))) weak.join(one, other);
			if (isPersonal && (verdict === 'same' || (verdict === 'shorter' && names.idOf(one) === names.idOf(other))) && peopleOn(bucket, names) === 1) certain.join(one, other);
		}
		if (use !== 'personal') continue;
		joinBySecondKey(bucket.members);
		joinByHints(bucket);
	}

	/** Cards that do not say who they are, on a key that nothing shows to be anybody else's. */
	function joinByHints({ members, mailbox }: Bucket): void {
		if (!names.isOnePerson(members)) return;
		const people = members.filter((member) => names.of(member).first !== undefined);
		for (const vague of members.filter((member) => names.of(member).first === undefined)) {
			const person = people.find((each) => names.compare(vague, each) === 'unclear' && (isHintedAt(names.of(vague), names.of(each), mailbox) || haveTwoPhones(vague, each)));
			if (person !== undefined) weak.join(vague, person);
		}
	}

	function joinBySecondKey(members: readonly number[]): void {
		if (members.length > mostNames) return;
		for (const [index, one] of members.entries()) {
			for (const other of members.slice(index + 1)) {
				const verdict = names.compare(one, other);
				if (verdict === 'unclear' || verdict === 'different' || !haveTwoKeys(one, other)) continue;
				weak.join(one, other);
				if (verdict === 'other_surname') married.push([one, other]);
				else certain.join(one, other);
			}
		}
	}

	const touched = new Set(buckets.flatMap(({ members }) => members));
	const final = new UnionFind(keysOf.length);
	const split = new Set<number>();
	const marriages = new Map<number, [number, number][]>();
	for (const pair of married) {
		const set = weak.find(pair[0]);
		marriages.set(set, [...(marriages.get(set) ?? []), pair]);
	}
	for (const members of weak.sets(touched)) {
		if (isCoherent(members, names, marriages.get(weak.find(members[0] ?? 0)) ?? [])) final.joinAll(members);
		else {
			for (const set of strong.sets(members)) final.joinAll(set);
			for (const member of members) split.add(member);
		}
	}

	return {
		groups: final.sets(touched),
		groupOf: (member) => final.find(member),
		isCrowd: ({ key }) => uses.get(key) === 'crowd',
		judge: (members) => ({
			certain: new Set(members.map((member) => certain.find(member))).size === 1,
			verdicts: names.verdictsAmong(members),
		}),
		conflictOf: (bucket) => {
			const why = new Set<ConflictReason>();
			if (bucket.kind === 'customer') return why.add('customer_only');
			for (const [one, other, verdict] of pairsOf(bucket, names)) {
				if (final.find(one) === final.find(other)) continue;
				if (verdict === 'different') why.add('different_people');
				else if (verdict === 'other_surname') why.add('other_surname');
				else if (verdict === 'unclear') why.add('unclear_name');
				else why.add(split.has(one) ? 'ambiguous' : 'shared_by_nature');
			}
			return why;
		},
	};
}

/** Pairs of members that are enough to know about all of them: every two different names once, and every name with its like. */
function* pairsOf({ members }: Bucket, names: Names): Generator<[number, number, NameVerdict]> {
	const first = new Map<number, number>();
	for (const member of members) {
		const id = names.idOf(member);
		const like = first.get(id);
		if (like === undefined) first.set(id, member);
		else yield [like, member, names.compare(like, member)];
	}
	const each = [...first.values()];
	for (const [index, one] of each.entries()) for (const other of each.slice(index + 1)) yield [one, other, names.compare(one, other)];
}

function useOf(bucket: Bucket, names: Names): Use {
	if (names.representatives(bucket.members).length > mostNames) return 'crowd';
	const people = peopleOn(bucket, names);
	if (people >= crowdOf) return 'crowd';
	return bucket.isNaturallyShared || (people >= sharedFrom && !names.isOneFamily(bucket.members)) ? 'shared' : 'personal';
}

/** At least so many people use the key: names that contradict each other, and are not held together by a third. */
function peopleOn({ members }: Bucket, names: Names): number {
	const each = names.representatives(members).filter((member) => !names.isNameless(member));
	const people = new UnionFind(each.length);
	each.forEach((one, index) =>
		each.forEach((other, at) => {
			const verdict = names.compare(one, other);
			if (at > index && !contradictions.includes(verdict)) people.join(index, at);
		}),
	);
	return new Set(each.map((_, index) => people.find(index))).size;
}

/** No two names of the set contradict each other; the surname before and the one after a marriage do not. */
function isCoherent(members: readonly number[], names: Names, marriages: readonly [number, number][]): boolean {
	const each = names.representatives(members);
	if (each.length > mostNames) return false;
	const bears = (member: number, spouse: number): boolean => agreements.includes(names.compare(member, spouse));
	const isMarriage = (one: number, other: number): boolean =>
		marriages.some(([before, after]) => (bears(one, before) && bears(other, after)) || (bears(one, after) && bears(other, before)));
	return each.every((one, index) =>
		each.slice(index + 1).every((other) => {
			const verdict = names.compare(one, other);
			return verdict !== 'different' && (verdict !== 'other_surname' || isMarriage(one, other));
		}),
	);
}
