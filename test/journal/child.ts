/** One of several processes on one journal file; says what it did on stdout, one JSON value per line. */
import { openJournal, processOwner } from '../../journal/open';
import { hint, link, order, pair } from './folder';

const [, , task, file] = process.argv;
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** The parent sends a byte when everybody is up, and another one when everybody is done: what an ended process held is free. */
const signal = (): Promise<void> => new Promise((resolve) => process.stdin.once('data', () => resolve()));

const tasks: Record<string, () => Promise<void>> = {
	/** Takes works in small bites until nothing is left. */
	async lease() {
		say('ready');
		await signal();
		const journal = await openJournal({ file });
		const owner = processOwner();
		const taken: string[] = [];
		for (;;) {
			const works = await journal.work.lease({ pair, owner, leaseMs: 60_000, limit: 7, now: Date.now() });
			if (works.length === 0) break;
			taken.push(...works.map((work) => work.order.id));
			// As an execution does: between two journal calls other things happen.
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
		say(taken);
		await signal();
		await journal.close();
		process.stdin.destroy();
	},
	/** Claims ten identities and says which it got. */
	async claim() {
		say('ready');
		await signal();
		const journal = await openJournal({ file });
		const identities = Array.from({ length: 10 }, (_, index) => ({ account: 'crm', kind: 'phone' as const, value: `+7701000000${index}` }));
		say((await journal.identities.claim(identities, processOwner(), 60_000, Date.now())).map(({ state }) => state));
		await signal();
		await journal.close();
		process.stdin.destroy();
	},
	/** Holds a lease, a claim and a lock, and then nothing ever again. */
	async hold() {
		const journal = await openJournal({ file });
		const owner = processOwner();
		const now = Date.now();
		const works = await journal.work.lease({ pair, owner, leaseMs: 3_600_000, limit: 10, now });
		await journal.identities.claim([{ account: 'crm', kind: 'phone', value: '+77010000001' }], owner, 3_600_000, now);
		await journal.cursors.lock(pair, 'sweep', owner, 3_600_000, now);
		say(works.length);
		await new Promise((resolve) => setTimeout(resolve, 60_000));
	},
	/** Saves links and hints in pairs of transactions, for ever. */
	async write() {
		const journal = await openJournal({ file });
		for (let round = 1; ; round++) {
			const numbers = Array.from({ length: 20 }, (_, index) => index);
			await journal.links.save(numbers.map((number) => link(number, { rawStatus: `round-${round}` })));
			await journal.work.hint(pair, numbers.map((number) => hint(number)));
			await journal.intents.begin([{ pair, order: order(round), action: 'create_deal', at: round }]);
			say(round);
		}
	},
};

void tasks[task ?? '']?.();
