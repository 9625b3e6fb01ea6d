import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openJournal, processOwner } from '../../journal/open';
import { isGone } from '../../journal/owner';
import { freshFile, hint, order, pair, removeFolders } from './folder';

jest.setTimeout(120_000);
afterAll(removeFolders);

class Child {
	private readonly process: ChildProcessWithoutNullStreams;
	private readonly lines: AsyncIterator<string>;
	private complaints = '';
	readonly ended: Promise<void>;

	constructor(task: string, file: string) {
		this.process = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', join(__dirname, 'child.ts'), task, file], {
			cwd: join(__dirname, '..', '..'),
		});
		this.process.stderr.on('data', (data: Buffer) => (this.complaints += data.toString()));
		this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
		this.ended = new Promise((resolve) => this.process.once('exit', () => resolve()));
	}

	async says(): Promise<unknown> {
		const { done, value } = await this.lines.next();
		if (done === true) throw new Error(`The child said nothing more: ${this.complaints}`);
		const said: unknown = JSON.parse(value);
		return said;
	}

	go(): void {
		this.process.stdin.write('!');
	}

	async kill(): Promise<void> {
		this.process.kill('SIGKILL');
		await this.ended;
	}

	complained(): string {
		return this.complaints;
	}
}

/** Starts so many children on one file at once and gives what each of them said. */
async function together(count: number, task: string, file: string): Promise<unknown[]> {
	const children = Array.from({ length: count }, () => new Child(task, file));
	await Promise.all(children.map((child) => child.says()));
	children.forEach((child) => child.go());
	const said = await Promise.all(children.map((child) => child.says()));
	children.forEach((child) => child.go());
	await Promise.all(children.map(({ ended }) => ended));
	children.forEach((child) => expect(child.complained()).toBe(''));
	return said;
}

describe('several processes on one journal', () => {
	it('lease every work exactly once', async () => {
		const file = freshFile();
		const journal = await openJournal({ file });
		await journal.work.hint(pair, Array.from({ length: 1_000 }, (_, number) => hint(number, { dueAt: 0 })));
		const taken = await together(8, 'lease', file);
		const all = taken.flat();
		expect(all).toHaveLength(1_000);
		expect(new Set(all).size).toBe(1_000);
		// Nobody got everything, or nothing would have been tried.
		expect(taken.filter((some) => Array.isArray(some) && some.length > 0).length).toBeGreaterThan(1);
		await journal.close();
	});

	it('give every identity one owner, also when all of them make the new file at the same moment', async () => {
		const said = await together(8, 'claim', freshFile());
		for (let index = 0; index < 10; index++) {
			const states = said.map((claims) => (Array.isArray(claims) ? String(claims[index]) : ''));
			expect(states.filter((state) => state === 'claimed')).toHaveLength(1);
			expect(states.filter((state) => state === 'busy')).toHaveLength(7);
		}
	});

	it('take over at once what a killed process held', async () => {
		const file = freshFile();
		const journal = await openJournal({ file });
		await journal.work.hint(pair, [hint(1, { dueAt: 0 }), hint(2, { dueAt: 0 })]);
		const child = new Child('hold', file);
		expect(await child.says()).toBe(2);

		const phone = { account: 'crm', kind: 'phone' as const, value: '+77010000001' };
		const owner = processOwner();
		const take = async () => ({
			works: await journal.work.lease({ pair, owner, leaseMs: 1_000, limit: 10, now: Date.now() }),
			claims: await journal.identities.claim([phone], owner, 1_000, Date.now()),
			lock: await journal.cursors.lock(pair, 'sweep', owner, 1_000, Date.now()),
		});
		expect(await take()).toMatchObject({ works: [], claims: [{ state: 'busy' }], lock: false });
		await child.kill();
		const { works, claims, lock } = await take();
		expect(works).toHaveLength(2);
		// What the dead one has created with this phone is unknown: the next one is told to look.
		expect(claims).toEqual([{ state: 'claimed', abandonedSince: expect.any(Number) }]);
		expect(lock).toBe(true);
		await journal.close();
	});

	it('leave a whole journal behind when they are killed in the middle of writing', async () => {
		const file = freshFile();
		for (let death = 1; death <= 5; death++) {
			const child = new Child('write', file);
			let last = 0;
			while (last < death * 7) last = Number(await child.says());
			await child.kill();

			const sqlite = process.getBuiltinModule('node:sqlite');
			const database = new sqlite.DatabaseSync(file);
			expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
			// A transaction is there as a whole or not at all: all twenty links are of one round.
			const rounds = database.prepare('select distinct raw_status from links').all();
			expect(rounds).toHaveLength(1);
			const round = Number(String(rounds[0]?.raw_status).replace('round-', ''));
			// Nothing that was reported as written is lost.
			expect(round).toBeGreaterThanOrEqual(last);
			database.close();

			const journal = await openJournal({ file });
			expect(await journal.intents.of(pair, [order(last)])).toHaveLength(1);
			expect(await journal.links.count(pair)).toBe(20);
			await journal.close();
		}
	});

	it('does not block the event loop while another process writes', async () => {
		const file = freshFile();
		const journal = await openJournal({ file });
		const sqlite = process.getBuiltinModule('node:sqlite');
		const other = new sqlite.DatabaseSync(file);
		other.exec('begin immediate');
		const ticks: number[] = [];
		const ticking = setInterval(() => ticks.push(Date.now()), 10);
		const writing = journal.cursors.set(pair, 'name', 'value');
		await new Promise((resolve) => setTimeout(resolve, 400));
		other.exec('commit');
		await writing;
		clearInterval(ticking);
		other.close();
		expect(ticks.length).toBeGreaterThan(15);
		expect(await journal.cursors.get(pair, 'name')).toBe('value');
		await journal.close();
	});
});

describe('an owner', () => {
	it('is gone only when that can be proved', () => {
		const mine = processOwner();
		const [start, machine] = [mine.slice(0, mine.indexOf('@')), mine.slice(mine.indexOf('@'))];
		expect(isGone(mine)).toBe(false);
		expect(isGone(`${mine}/${'an execution'}`)).toBe(false);
		// The same id, started at another time: the id has been given to a new process.
		expect(isGone(`${process.pid}.1${machine}`)).toBe(true);
		expect(isGone(`4194999.1${machine}`)).toBe(true);
		// Another machine or container, or a text of somebody else.
		expect(isGone(`${start}@another-boot+pid:[1]/x`)).toBe(false);
		expect(isGone('4194999.1@another-boot+pid:[1]/x')).toBe(false);
		expect(isGone('anybody')).toBe(false);
	});
});
