/** Disjoint sets over 0…size-1; the smallest member stands for its set, so that the result does not depend on the order of joining. */
export class UnionFind {
	private readonly parents: Int32Array;

	constructor(size: number) {
		this.parents = Int32Array.from({ length: size }, (_, index) => index);
	}

	find(member: number): number {
		let root = member;
		for (let parent = this.parents[root] ?? root; parent !== root; parent = this.parents[root] ?? root) root = parent;
		for (let each = member; each !== root; ) {
			const next = this.parents[each] ?? root;
			this.parents[each] = root;
			each = next;
		}
		return root;
	}

	join(one: number, other: number): void {
		const [first, second] = [this.find(one), this.find(other)];
		if (first < second) this.parents[second] = first;
		else if (second < first) this.parents[first] = second;
	}

	joinAll(members: readonly number[]): void {
		const first = members[0];
		if (first !== undefined) for (const member of members) this.join(first, member);
	}

	/** Sets of two and more among the members given. */
	sets(members: Iterable<number>): number[][] {
		const byRoot = new Map<number, number[]>();
		for (const member of members) {
			const root = this.find(member);
			const set = byRoot.get(root);
			if (set) set.push(member);
			else byRoot.set(root, [member]);
		}
		return [...byRoot.values()].filter(({ length }) => length > 1);
	}
}
