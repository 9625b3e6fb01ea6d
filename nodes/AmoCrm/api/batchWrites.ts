import { ok, rejected, unknown, type Outcome } from '../../../core/ports';
import { ServiceFailure } from '../../../transport/errors';
import { outcomeOfFailure } from '../../../transport/outcome';
import { fieldOf, isAboutCustomField, type FieldNames } from './refusedFields';
import { issuesText, refusedElements, type ValidationIssue } from './refusals';
import type { Written } from './schema';

/** What amoCRM recommends; it takes up to 250 (amocrm.md §2). */
export const batchSize = 50;

/** The value is the element's id; `issues` name the paths that amoCRM refused. */
export type WriteOutcome = Outcome<number> & { issues?: readonly ValidationIssue[] };

type Send<E> = (batch: readonly (E & { request_id: string })[]) => Promise<Written[]>;

/**
 * Writes elements in batches and says what became of each, in the order given.
 * One bad element makes amoCRM refuse its whole batch (amocrm.md §2): the bad ones are told apart by `request_id`
 * and the others are sent again. Answers are matched by `request_id`, never by order.
 * @param fieldNames of the account, asked for when a refusal is about a custom field
 * Throws when the account is out of reach before anything was written; after that the rest comes back as "not now".
 */
export async function writeInBatches<E extends object>(
	elements: readonly E[],
	send: Send<E>,
	now: () => number = Date.now,
	fieldNames: () => Promise<FieldNames> = async () => new Map(),
): Promise<WriteOutcome[]> {
	const run = new BatchRun(elements, send, fieldNames, now);
	for (let from = 0; from < elements.length; ) {
		const indexes = elements.slice(from, from + run.size).map((_, offset) => from + offset);
		await run.write(indexes);
		from += indexes.length;
	}
	return run.outcomes;
}

class BatchRun<E extends object> {
	readonly outcomes: WriteOutcome[];
	size = batchSize;
	private wroteAny = false;
	private unansweredInARow = 0;
	/** Why nothing more is sent: the service is down or busy, and asking on would only take time. */
	private stopped?: WriteOutcome;

	constructor(
		private readonly elements: readonly E[],
		private readonly send: Send<E>,
		private readonly fieldNames: () => Promise<FieldNames>,
		private readonly now: () => number,
	) {
		this.outcomes = elements.map(() => rejected('was not sent', false));
	}

	async write(indexes: readonly number[]): Promise<void> {
		const { stopped } = this;
		if (stopped !== undefined) return this.settle(indexes, () => stopped);
		const batch = indexes.map((index) => ({ ...this.element(index), request_id: String(index) }));
		const answer = await this.send(batch).catch(failureOf);
		if (answer instanceof ServiceFailure) return await this.afterFailure(indexes, answer);
		this.unansweredInARow = 0;
		this.wroteAny = true;
		this.match(indexes, answer);
	}

	private match(indexes: readonly number[], written: readonly Written[]): void {
		const byRequest = new Map(written.map((one) => [one.request_id, one.id]));
		const answeredIds = new Set(written.map((one) => one.id));
		this.settle(indexes, (index) => {
			// An update is known by its id as well: PATCH need not repeat request_id (amocrm.md §3).
			const own = this.ownId(index);
			const id = byRequest.get(String(index)) ?? (own !== undefined && answeredIds.has(own) ? own : undefined);
			return id === undefined ? unknown("amoCRM's answer does not name this element", true) : ok(id);
		});
	}

	private async afterFailure(indexes: readonly number[], failure: ServiceFailure): Promise<void> {
		if (failure.kind === 'rejected' || failure.kind === 'not_found') return await this.separate(indexes, failure);
		// 504: the batch was too big for the server (amocrm.md §2).
		if (failure.status === 504) {
			this.size = Math.max(1, Math.floor(this.size / 2));
			if (failure.kind === 'unavailable' && indexes.length > 1) return await this.writeHalves(indexes);
		}
		if (failure.mayBeApplied) this.wroteAny = true;
		const outcome = this.outcomeOf(failure);
		this.settle(indexes, () => outcome);
		if (outcome.outcome === 'unknown') {
			this.unansweredInARow += 1;
			if (this.unansweredInARow >= 2) this.stopped = rejected(`was not sent, because ${failure.message}`, false);
		} else {
			this.stopped = outcome;
		}
	}

	private outcomeOf(failure: ServiceFailure): WriteOutcome {
		// Half of the work is done and its outcome must not be lost with an exception.
		if (this.wroteAny && ['unauthorized', 'forbidden', 'unpaid'].includes(failure.kind)) {
			return rejected(`${failure.message} ${failure.advice}`, false);
		}
		return outcomeOfFailure(failure, this.now());
	}

	/** Nothing of a refused batch was applied: the bad elements are left out and the others sent again. */
	private async separate(indexes: readonly number[], failure: ServiceFailure): Promise<void> {
		const refused = new Map(refusedElements(failure.body).map(({ requestId, issues }) => [requestId, issues]));
		const bad = indexes.filter((index) => refused.has(String(index)));
		if (bad.length === 0) {
			if (indexes.length > 1) return await this.writeHalves(indexes);
			return this.settle(indexes, () => ({ ...rejected<number>(failure.message, true), issues: [] }));
		}
		// Paths of a list's positions tell people nothing: the fields are named, for the price of one call.
		const names = [...refused.values()].flat().some(isAboutCustomField) ? await this.fieldNames() : new Map<string, string>();
		this.settle(bad, (index) => {
			const issues = refused.get(String(index)) ?? [];
			const text = issuesText(issues, (issue) => fieldOf(issue, this.element(index), names));
			return { ...rejected<number>(`amoCRM refused it${this.ownName(index)}: ${text || failure.message}`, true), issues };
		});
		const good = indexes.filter((index) => !refused.has(String(index)));
		if (good.length > 0) await this.write(good);
	}

	private async writeHalves(indexes: readonly number[]): Promise<void> {
		const middle = Math.ceil(indexes.length / 2);
		await this.write(indexes.slice(0, middle));
		await this.write(indexes.slice(middle));
	}

	private settle(indexes: readonly number[], outcomeFor: (index: number) => WriteOutcome): void {
		for (const index of indexes) this.outcomes[index] = outcomeFor(index);
	}

	private element(index: number): E {
		const element = this.elements[index];
		if (element === undefined) throw new RangeError(`There is no element ${index}`);
		return element;
	}

	/** Which card, where it is there already. */
	private ownName(index: number): string {
		const id = this.ownId(index);
		return id === undefined ? '' : ` (ID ${id})`;
	}

	private ownId(index: number): number | undefined {
		const element = this.element(index);
		return 'id' in element && typeof element.id === 'number' ? element.id : undefined;
	}
}

function failureOf(error: unknown): ServiceFailure {
	if (error instanceof ServiceFailure) return error;
	throw error;
}
