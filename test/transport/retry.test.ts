import fc from 'fast-check';
import { decideRetry, longestWaitMs, maxAttempts, retryAfterMs, type AttemptEnd } from '../../transport/retry';

const ends: AttemptEnd[] = ['settled', 'not_sent', 'no_answer', 'outage', 'too_many'];
const anyAttempt = fc.record({
	end: fc.constantFrom(...ends),
	repeatable: fc.boolean(),
	attempt: fc.integer({ min: 1, max: 5 }),
	retryAfterMs: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
	random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

describe('decideRetry', () => {
	it.each<[AttemptEnd, boolean, boolean]>([
		['settled', true, false],
		['settled', false, false],
		['not_sent', true, true],
		['not_sent', false, true],
		['too_many', true, true],
		['too_many', false, true],
		['no_answer', true, true],
		['no_answer', false, false],
		['outage', true, true],
		['outage', false, false],
	])('after %s with repeatable=%s goes again: %s', (end, repeatable, again) => {
		expect(decideRetry({ end, repeatable, attempt: 1, random: 0.5 }).again).toBe(again);
	});

	it('waits between half and full, four times as long each time', () => {
		const wait = (attempt: number, random: number) => decideRetry({ end: 'outage', repeatable: true, attempt, random });
		expect([wait(1, 0), wait(1, 0.999_999)]).toEqual([{ again: true, waitMs: 250 }, { again: true, waitMs: 500 }]);
		expect([wait(2, 0), wait(2, 0.999_999)]).toEqual([{ again: true, waitMs: 1_000 }, { again: true, waitMs: 2_000 }]);
		expect(wait(3, 0)).toEqual({ again: false });
	});

	it('never sends a write twice that may have arrived, never tries too often or too long, and never comes back before it is welcome', () => {
		fc.assert(
			fc.property(anyAttempt, (attempted) => {
				const decision = decideRetry(attempted);
				if (!decision.again) return;
				expect(attempted.attempt).toBeLessThan(maxAttempts);
				expect(decision.waitMs).toBeLessThanOrEqual(longestWaitMs);
				expect(decision.waitMs).toBeGreaterThanOrEqual(attempted.retryAfterMs ?? 0);
				expect(attempted.end).not.toBe('settled');
				if (attempted.end === 'no_answer' || attempted.end === 'outage') expect(attempted.repeatable).toBe(true);
			}),
		);
		expect((maxAttempts - 1) * longestWaitMs).toBeLessThan(10_000);
	});
});

describe('retryAfterMs', () => {
	const now = Date.parse('2026-01-01T00:00:00Z');
	it.each<[unknown, number | undefined]>([
		['3', 3_000],
		['0', 0],
		[' 1.5 ', 1_500],
		['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
		['Wed, 31 Dec 2025 23:00:00 GMT', 0],
		['soon', undefined],
		['-5', undefined],
		['', undefined],
		[undefined, undefined],
		[['3'], undefined],
	])('reads %p as %p', (header, expected) => {
		expect(retryAfterMs(header, now)).toBe(expected);
	});
});
