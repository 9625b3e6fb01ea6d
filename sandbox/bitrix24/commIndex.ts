import type { Multifield } from './model';
import type { BitrixSettings } from './settings';

export const OWNER_TYPES = ['LEAD', 'CONTACT', 'COMPANY'] as const;
export type OwnerType = (typeof OWNER_TYPES)[number];
export const COMM_TYPES = ['PHONE', 'EMAIL'] as const;
export type CommType = (typeof COMM_TYPES)[number];
type Matching = BitrixSettings['phoneMatching'];

interface Owner {
	type: OwnerType;
	id: number;
}

/** Who has which phone and e-mail: what crm.duplicate.findbycomm finds, compared the way the settings say now. */
export class CommIndex {
	private readonly owners = new Map<string, Owner & { multifields: Multifield[]; keys: string[] }>();
	private readonly found = new Map<string, Set<Owner>>();
	private builtFor: Matching;

	constructor(private readonly settings: BitrixSettings) {
		this.builtFor = settings.phoneMatching;
	}

	/** These are the owner's phones and e-mails from now on. */
	put(type: OwnerType, id: number, multifields: Multifield[]): void {
		const name = `${type}:${id}`;
		const known = this.owners.get(name);
		const owner = known ?? { type, id, multifields, keys: [] };
		for (const key of owner.keys) this.found.get(key)?.delete(owner);
		this.owners.set(name, Object.assign(owner, { multifields, keys: this.keysOf(multifields) }));
		for (const key of owner.keys) this.found.set(key, (this.found.get(key) ?? new Set<Owner>()).add(owner));
	}

	/** Ids of one type that have any of these values, the oldest first. */
	find(type: OwnerType, comm: CommType, values: readonly string[]): number[] {
		if (this.builtFor !== this.settings.phoneMatching) this.rebuild();
		const ids = new Set<number>();
		for (const value of values) {
			const key = keyOf(comm, value, this.builtFor);
			if (key === undefined) continue;
			for (const owner of this.found.get(key) ?? []) if (owner.type === type) ids.add(owner.id);
		}
		return [...ids].sort((a, b) => a - b);
	}

	clear(): void {
		this.owners.clear();
		this.found.clear();
	}

	private rebuild(): void {
		this.builtFor = this.settings.phoneMatching;
		this.found.clear();
		for (const { type, id, multifields } of [...this.owners.values()]) this.put(type, id, multifields);
	}

	private keysOf(multifields: readonly Multifield[]): string[] {
		const keys = multifields.flatMap(({ typeId, value }) => {
			const comm = COMM_TYPES.find((type) => type === typeId);
			return (comm && keyOf(comm, value, this.builtFor)) ?? [];
		});
		return [...new Set(keys)];
	}
}

/** An extension does not count in any mode (docs#72). */
const EXTENSION = /\s*(?:#|;ext=|(?:ext|доб)\.?)\s*\d+\s*$/iu;

/** What two equal phones or e-mails have in common; undefined for nothing at all. */
function keyOf(comm: CommType, value: string, matching: Matching): string | undefined {
	if (comm === 'EMAIL') return value.trim() === '' ? undefined : `EMAIL:${value.trim().toLowerCase()}`;
	const plain = value.replace(EXTENSION, '').trim();
	if (matching === 'strict') return plain === '' ? undefined : `PHONE:${plain}`;
	const digits = plain.replace(/\D/g, '');
	const settled = matching === 'seven-eight' ? digits.replace(/^8(?=\d{10}$)/, '7') : digits;
	return settled === '' ? undefined : `PHONE:${settled}`;
}
