import { paceFor } from '../../transport/pace';

let key = 0;
const fresh = (callsPerSecond: number) => paceFor(`test-${key++}`, callsPerSecond);

const leave = async (pace: ReturnType<typeof fresh>, times: number[]): Promise<void> => {
	await pace.ready();
	times.push(performance.now());
};

/** The most that left within any second. */
function busiestSecond(times: readonly number[]): number {
	return Math.max(...times.map((start) => times.filter((time) => time >= start && time < start + 1_000).length));
}

describe('a pace', () => {
	it('is one per account', () => {
		expect(paceFor('same', 5)).toBe(paceFor('same', 5));
		expect(paceFor('same', 5)).not.toBe(paceFor('other', 5));
	});

	it('never lets more than the limit go in any sliding second, and wastes little of it', async () => {
		const pace = fresh(20);
		const times: number[] = [];
		await Promise.all(Array.from({ length: 60 }, () => leave(pace, times)));
		expect(busiestSecond(times)).toBeLessThanOrEqual(20);
		expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(3_900);
	});

	it('lets a lonely call go at once', async () => {
		const started = performance.now();
		await fresh(1).ready();
		expect(performance.now() - started).toBeLessThan(50);
	});

	it('holds everybody back while it rests, those who were waiting too, and lets no crowd go afterwards', async () => {
		const pace = fresh(20);
		const times: number[] = [];
		const leaving = Promise.all(Array.from({ length: 8 }, () => leave(pace, times)));
		await new Promise((resolve) => setTimeout(resolve, 70));
		const before = times.length;
		const rested = performance.now();
		pace.slowDown(400);
		pace.slowDown(10);
		await leaving;
		const after = times.slice(before);
		expect(before).toBeGreaterThan(0);
		expect(after.length).toBeGreaterThan(3);
		// One that had its turn already may be on its way.
		const late = after.filter((time) => time < rested + 395);
		expect(late).toHaveLength(0);
		const gaps = after.slice(1).map((time, index) => time - (after[index] ?? 0));
		expect(Math.min(...gaps)).toBeGreaterThan(40);
	});

	it('knows for so long that the account is blocked, and why', async () => {
		const pace = fresh(100);
		expect(pace.blocked()).toBeUndefined();
		pace.block('too many calls', 50);
		expect(pace.blocked()).toBe('too many calls');
		await new Promise((resolve) => setTimeout(resolve, 80));
		expect(pace.blocked()).toBeUndefined();
	});
});
