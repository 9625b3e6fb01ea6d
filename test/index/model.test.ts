import * as fc from 'fast-check';
import { indexedSearch } from '../../contacts/indexedSearch';
import { fillIndex } from '../../contacts/warmIndex';
import { StageMap } from '../../core/order/stage';
import { openJournal } from '../../journal/open';
import type { Journal } from '../../journal/journal';
import { readOptions } from '../../nodes/OrderSync/settings';
import { pairId, type SyncContext } from '../../sync/context';
import { sweep } from '../../sync/sweep';
import { freshFile, removeFolders } from '../journal/folder';
import { FakeCrm, FakeMarketplace, Killed, rules, type CallFate, type Weather } from '../sync/fakeServices';

afterAll(removeFolders);

const phones = ['+77015550001', '+77015550002', '+77015550003'] as const;

type Happening =
	| { kind: 'contact'; which: number; phones: readonly string[] }
	| { kind: 'deleted'; which: number }
	| { kind: 'time'; seconds: number }
	| { kind: 'fill'; pages: number; fates: CallFate[] }
	| { kind: 'sweep' }
	| { kind: 'search'; fates: CallFate[] };

const fates = fc.array(fc.constantFrom<CallFate>('fine', 'fine', 'fine', 'out of reach', 'killed before'), { maxLength: 6 });
const happenings: fc.Arbitrary<Happening> = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant('contact' as const), which: fc.nat(11), phones: fc.subarray([...phones]) }) },
	fc.record({ kind: fc.constant('deleted' as const), which: fc.nat(11) }),
	fc.record({ kind: fc.constant('time' as const), seconds: fc.constantFrom(0.5, 1, 30, 400) }),
	fc.record({ kind: fc.constant('fill' as const), pages: fc.integer({ min: 1, max: 4 }), fates }),
	fc.record({ kind: fc.constant('sweep' as const) }),
	{ weight: 3, arbitrary: fc.record({ kind: fc.constant('search' as const), fates }) },
);

class World {
	readonly weather: Weather & { coming: CallFate[] } = {
		dead: false,
		coming: [],
		fate() {
			return this.coming.shift() ?? 'fine';
		},
	};
	now = Date.UTC(2026, 10, 20, 12);
	readonly crm = new FakeCrm(this.weather, () => this.now);
	private executions = 0;

	constructor(readonly journal: Journal) {}

	private get index() {
		return { journal: this.journal, crm: this.crm, region: 'KZ' as const, now: () => this.now };
	}

	private context(): SyncContext {
		const marketplace = new FakeMarketplace(this.weather);
		return {
			...this.index,
			pair: pairId(marketplace, this.crm),
			marketplace,
			rules,
			map: new StageMap('7', { new: '11' }),
			settings: readOptions({}, { option: 'cancelReason', default: 'x' }).sync,
			owner: this.owner(),
			random: () => 0.5,
		};
	}

	/** A process that was killed holds nothing: its id is none of a running one. */
	private owner = (): string => `test/${(this.executions += 1)}`;

	async go(happening: Happening): Promise<void> {
		this.weather.dead = false;
		this.weather.coming = 'fates' in happening ? [...happening.fates] : [];
		switch (happening.kind) {
			case 'contact': {
				const id = String(200 + happening.which);
				const before = this.crm.contacts.get(id);
				this.crm.contacts.set(id, { id, name: 'К', phones: [...happening.phones], emails: [], createdAt: before?.createdAt ?? this.now, updatedAt: this.now });
				return;
			}
			case 'deleted':
				this.crm.contacts.delete(String(200 + happening.which));
				return;
			case 'time':
				this.now += happening.seconds * 1000;
				return;
			case 'sweep':
				await sweep(this.context(), { onResults: () => undefined, shouldStop: () => false });
				return;
			case 'fill':
				return this.surviving(async () => {
					let pages = 0;
					await fillIndex(this.index, { owner: this.owner(), shouldStop: () => (pages += 1) >= happening.pages });
				});
			case 'search':
				return this.surviving(() => this.check());
		}
	}

	/** A complete index names exactly those who have the phone at this moment. */
	private async check(): Promise<void> {
		if ((await this.journal.contactIndex.state(this.crm.account))?.phase !== 'warm') return;
		const found = await indexedSearch(this.index)(phones.map((phone) => ({ phone })));
		const truth = phones.map((phone) => [...this.crm.contacts.values()].filter((contact) => contact.phones.includes(phone)).map(({ id }) => id).sort());
		expect(found.map((outcome) => (outcome.outcome === 'ok' ? outcome.value.map(({ id }) => id).sort() : outcome))).toEqual(truth);
	}

	private async surviving(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			if (!(error instanceof Killed) && !(error instanceof Error && error.message.includes('out of reach'))) throw error;
		}
	}
}

it('never says that nobody has a phone that somebody has, whatever happens in between', async () => {
	let searches = 0;
	await fc.assert(
		fc.asyncProperty(fc.array(happenings, { minLength: 5, maxLength: 40 }), async (story) => {
			const world = new World(await openJournal({ file: freshFile() }));
			try {
				for (const happening of story) await world.go(happening);
				await world.go({ kind: 'fill', pages: 100, fates: [] });
				await world.go({ kind: 'search', fates: [] });
				expect(await world.journal.contactIndex.state(world.crm.account)).toMatchObject({ phase: 'warm' });
				searches += 1;
			} finally {
				await world.journal.close();
			}
		}),
		{ numRuns: 150 },
	);
	expect(searches).toBe(150);
}, 120_000);

it('is filled further by sweeps until it is complete', async () => {
	const world = new World(await openJournal({ file: freshFile() }));
	for (let which = 0; which < 12; which++) await world.go({ kind: 'contact', which, phones: [phones[0]] });
	await world.go({ kind: 'fill', pages: 1, fates: [] });
	expect(await world.journal.contactIndex.state('account')).toMatchObject({ phase: 'filling', read: 3 });
	await world.go({ kind: 'sweep' });
	expect(await world.journal.contactIndex.state('account')).toMatchObject({ phase: 'warm', read: 12 });
	const calls = jest.spyOn(world.crm, 'contactsChanged');
	await world.go({ kind: 'sweep' });
	expect(calls).not.toHaveBeenCalled();
	await world.journal.close();
});
