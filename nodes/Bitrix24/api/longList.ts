import { outcomeOf } from '../../../transport/outcome';
import type { Bitrix24Client, List } from './client';
import { failureOfOutcome } from './refusals';

export interface Patience {
	/** Tells somebody that it takes longer. */
	say(text: string): void;
	isStopped(): boolean;
	sleep(ms: number): Promise<void>;
}

/** A stop is noticed within so long. */
const stepMs = 5_000;

/**
 * A whole list, however long it is: a hundred thousand contacts may use up the operating time that Bitrix24 gives a method within ten
 * minutes (bitrix24.md §2). The reading rests for as long as it says and goes on behind the last element.
 * @throws ServiceFailure for everything else
 */
export async function* patientList<T>(client: Pick<Bitrix24Client, 'list' | 'now'>, list: List<T>, { say, isStopped, sleep }: Patience): AsyncGenerator<T[], void> {
	let after = 0;
	for (;;) {
		const pages = client.list(list, after);
		let page = await outcomeOf(() => pages.next(), client.now);
		while (page.outcome === 'ok') {
			if (page.value.done === true) return;
			after = page.value.value.reduce((last, element) => Math.max(last, list.idOf(element)), after);
			yield page.value.value;
			page = await outcomeOf(() => pages.next(), client.now);
		}
		if (page.outcome !== 'rejected' || page.permanent || page.retryAt === undefined) throw failureOfOutcome(page, list.method, client.now());
		const until = page.retryAt;
		say(`Bitrix24 wants a rest of ${Math.ceil((until - client.now()) / 1000)} s; the reading goes on after that`);
		while (client.now() < until) {
			if (isStopped()) throw failureOfOutcome(page, list.method, client.now());
			await sleep(Math.min(stepMs, until - client.now()));
		}
	}
}
