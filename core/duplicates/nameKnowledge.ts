import { compareNames, isFirstName, isNameless, isSurname, nameIdentity, type NameVerdict, type PersonName } from '../contact/personName';
import { editOf, isFingerSlip } from '../contact/spelling';

export const agreements: readonly NameVerdict[] = ['same', 'shorter', 'spelling'];
export const contradictions: readonly NameVerdict[] = ['different', 'other_surname'];

/** More spellings than one person and a family ever have; also keeps the comparison of pairs short. */
export const mostNames = 24;

/** In so many families a word stands before it counts as a first name although no list has it. */
const familiesOfName = 3;
const noName: PersonName = { words: [], initials: [] };

/**
 * What the whole base says about words: a name that no list has ("Тансулу") stands beside several surnames, a slip of a finger
 * ("Айдсо") on one card of all.
 */
export class NameKnowledge {
	/** On how many contacts a word stands. */
	private readonly seen = new Map<string, number>();
	private readonly besideSurnames = new Map<string, Set<string>>();
	private readonly besideFirstNames = new Set<string>();

	constructor(names: Iterable<PersonName>) {
		for (const name of names) this.learn(name);
	}

	private learn({ words }: PersonName): void {
		for (const word of words) this.seen.set(word, (this.seen.get(word) ?? 0) + 1);
		const [one, two] = words;
		if (one === undefined || two === undefined || words.length > 2) return;
		for (const [word, other] of [[one, two], [two, one]] as const) {
			if (isFirstName(other)) this.besideFirstNames.add(word);
			if (!isSurname(other) || isSurname(word) || isFirstName(word)) continue;
			const surnames = this.besideSurnames.get(word) ?? new Set<string>();
			if (surnames.size < familiesOfName) surnames.add(other);
			this.besideSurnames.set(word, surnames);
		}
	}

	isFirstName(word: string): boolean {
		return isFirstName(word) || (!this.besideFirstNames.has(word) && (this.besideSurnames.get(word)?.size ?? 0) >= familiesOfName);
	}

	/** The name with its first name told apart, where only the base knows it. */
	understood(name: PersonName): PersonName {
		const [one, two] = name.words;
		if (one === undefined || name.first !== undefined || name.words.length > 2) return name;
		if (two === undefined) return name.surname === undefined && this.isFirstName(one) ? { ...name, first: one } : name;
		if (this.isFirstName(one) === this.isFirstName(two)) return name;
		return this.isFirstName(one) ? { ...name, first: one, surname: two } : { ...name, first: two, surname: one };
	}

	/** The second name without a slip of a finger (or of the ear) in its first name, as the first one shows it to be; `undefined` without such a slip. */
	corrected(right: PersonName, wrong: PersonName): PersonName | undefined {
		const { first } = right;
		if (first === undefined || !this.isFirstName(first)) return undefined;
		const slip = wrong.words.find((word) => this.isSlipOf(first, word) || isMisheard(first, word));
		if (slip === undefined) return undefined;
		const rest = wrong.words.filter((word) => word !== slip);
		const surname = rest.length === 1 ? rest[0] : undefined;
		return { ...wrong, words: [first, ...rest].sort(), first, surname };
	}

	/** Sisters have names that others have too; a vowel at the end makes a man's name a woman's (Валентин, Валентина). */
	private isSlipOf(first: string, word: string): boolean {
		return (
			Math.min(first.length, word.length) > 3 &&
			!this.isFirstName(word) &&
			this.seen.get(word) === 1 &&
			first.replace(/i?a$/, '') !== word.replace(/i?a$/, '') &&
			isFingerSlip(first, word)
		);
	}
}

/** Latin "Ashat" reads like Ашат and is Асхат: two letters of one alphabet that are one of the other. */
const isMisheard = (first: string, word: string): boolean => first.includes('sh') && first.replaceAll('sh', 'w') === word && !isFirstName(word);

/** Names of contacts (by position), read and compared once. */
export class Names {
	private readonly ids = new Map<string, number>();
	private readonly byId: PersonName[] = [];
	private readonly ofMember = new Map<number, number>();
	private readonly verdicts = new Map<number, NameVerdict>();

	constructor(
		private readonly nameOf: (member: number) => PersonName,
		private readonly knowledge: NameKnowledge,
	) {}

	idOf(member: number): number {
		const known = this.ofMember.get(member);
		if (known !== undefined) return known;
		const name = this.nameOf(member);
		const identity = nameIdentity(name);
		const id = this.ids.get(identity) ?? this.byId.push(this.knowledge.understood(name)) - 1;
		this.ids.set(identity, id);
		this.ofMember.set(member, id);
		return id;
	}

	of = (member: number): PersonName => this.byId[this.idOf(member)] ?? noName;

	isNameless = (member: number): boolean => isNameless(this.of(member));

	compare(one: number, other: number): NameVerdict {
		const [a, b] = [this.idOf(one), this.idOf(other)];
		// Two whole numbers in one: fewer names than 2^26.
		const pair = Math.min(a, b) * 0x4000000 + Math.max(a, b);
		const known = this.verdicts.get(pair);
		if (known !== undefined) return known;
		const verdict = this.judged(this.byId[a] ?? noName, this.byId[b] ?? noName);
		this.verdicts.set(pair, verdict);
		return verdict;
	}

	private judged(one: PersonName, other: PersonName): NameVerdict {
		const asWritten = compareNames(one, other);
		if (asWritten !== 'different' && asWritten !== 'unclear') return asWritten;
		const [first, second] = [this.knowledge.corrected(one, other), this.knowledge.corrected(other, one)];
		const isSlip = (first && isSame(compareNames(one, first))) || (second && isSame(compareNames(other, second)));
		return isSlip ? 'spelling' : asWritten;
	}

	/** Everybody whose surname is known has the same one, or its other gender. */
	isOneFamily(members: readonly number[]): boolean {
		const surnames = [...new Set(members.flatMap((member) => this.of(member).surname ?? []))];
		const [first, ...others] = surnames;
		return first !== undefined && others.every((other) => ['gender', 'slip'].includes(editOf(first, other)));
	}

	/** One contact for every different name. */
	representatives(members: readonly number[]): number[] {
		return [...new Map(members.map((member) => [this.idOf(member), member] as const)).values()];
	}

	/** No two of the names contradict each other. */
	isOnePerson(members: readonly number[]): boolean {
		const each = this.representatives(members);
		return each.every((one, index) => each.slice(index + 1).every((other) => !contradictions.includes(this.compare(one, other))));
	}

	verdictsAmong(members: readonly number[]): NameVerdict[] {
		const found = new Set<NameVerdict>();
		const each = this.representatives(members);
		each.forEach((one, index) => each.slice(index + 1).forEach((other) => found.add(this.compare(one, other))));
		if (!found.size && members[0] !== undefined) found.add(this.compare(members[0], members[0]));
		return (['unclear', 'other_surname', 'spelling', 'shorter', 'same', 'different'] as const).filter((verdict) => found.has(verdict));
	}
}

const isSame = (verdict: NameVerdict): boolean => verdict === 'same' || verdict === 'shorter';
