import * as fc from 'fast-check';
import { Gathering } from '../../core/gathering';

describe('gathering hints', () => {
	it('hands the first on at once, and a burst together', () => {
		const gathering = new Gathering<string>(2000, (hint) => hint);
		expect(gathering.add(['a'], 10_000)).toEqual(['a']);
		expect(gathering.add(['b', 'c'], 10_500)).toEqual([]);
		expect(gathering.add(['b'], 11_000)).toEqual([]);
		expect(gathering.add(['d'], 12_000)).toEqual(['b', 'c', 'd']);
		expect(gathering.rest()).toEqual([]);
	});

	it('keeps what was taken and given back, once', () => {
		const gathering = new Gathering<string>(2000, (hint) => hint);
		gathering.add(['a'], 10_000);
		gathering.add(['b'], 10_500);
		const taken = gathering.rest();
		gathering.add(['b', 'c'], 11_000);
		gathering.giveBack(taken);
		expect(gathering.rest()).toEqual(['b', 'c']);
	});

	it('loses nothing and starts at most once in its window', () => {
		const arrivals = fc.array(fc.record({ after: fc.nat(3000), hint: fc.nat(5) }), { maxLength: 40 });
		fc.assert(
			fc.property(arrivals, (list) => {
				const gathering = new Gathering<number>(1000, String);
				let now = 0;
				const starts: number[] = [];
				const seen = new Set<number>();
				for (const { after, hint } of list) {
					now += after;
					const given = gathering.add([hint], now);
					if (given.length) starts.push(now);
					given.forEach((each) => seen.add(each));
				}
				gathering.rest().forEach((each) => seen.add(each));
				expect(seen).toEqual(new Set(list.map(({ hint }) => hint)));
				starts.slice(1).forEach((at, index) => expect(at - (starts[index] ?? 0)).toBeGreaterThanOrEqual(1000));
			}),
		);
	});
});
