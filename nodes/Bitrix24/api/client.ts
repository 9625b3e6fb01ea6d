import { z } from 'zod/v4';
import { ok, rejected, unknown, type Outcome } from '../../../core/ports';
import { ServiceFailure } from '../../../transport/errors';
import { outcomeOf, outcomeOfFailure } from '../../../transport/outcome';
import type { ServiceClient } from '../../../transport/service';
import { asBody, emptyLists, encodeCommand, keyOf, Reference, type Command, type Params } from './command';
import type { OperatingBudget } from './operatingTime';
import { failureOfRefusal, outcomeOfRefusal, type Effect, type Refusal } from './refusals';
import { refusedForField, titlesSchema, withTitles } from './refusedFields';
import { answerSchema, batchSchema, type BatchAnswer } from './schema';

/** More are refused (bitrix24.md §6 `batch`). */
export const batchSize = 50;
/** Fixed by Bitrix24. */
export const pageSize = 50;
/** A method that must rest longer is left to the caller's queue: an execution must not hang on it. */
const longestRestMs = 5_000;

/** What one command of a batch came to. */
type Reply = { kind: 'done'; value: unknown } | { kind: 'refused'; refusal: Refusal } | { kind: 'missing' };

/** How a run over several batches goes. */
interface Run {
	effect: Effect;
	wroteAny: boolean;
	/** Calls in a row without an answer. */
	unanswered: number;
	/** Why nothing more is sent. */
	stopped?: Outcome<never>;
}

/** A list that can be read by its ids: `order id ASC, filter >id, start -1` (bitrix24.md §6 "Lists"). */
export interface List<T> {
	method: string;
	params?: Params;
	filter?: Params;
	/** How this method calls it. */
	idName: 'id' | 'ID';
	/** Where the rows are in the result; absent: the result is the list. */
	itemsAt?: string;
	element: z.ZodType<T>;
	idOf(element: T): number;
}

export interface ClientTools {
	budget: OperatingBudget;
	sleep: (ms: number) => Promise<void>;
	/** Epoch ms. */
	now?: () => number;
}

/** Bitrix24's REST API as far as this pack uses it: everything in batches of fifty commands, each of which counts as one call (bitrix24.md §2). */
export class Bitrix24Client {
	readonly now: () => number;

	/** @param account the portal's host, for caches and texts */
	constructor(
		private readonly service: Pick<ServiceClient, 'send'>,
		readonly account: string,
		private readonly tools: ClientTools,
	) {
		this.now = tools.now ?? Date.now;
	}

	/** One call outside a batch. @throws ServiceFailure */
	async call<T>(method: string, params: Params, effect: Effect, result: z.ZodType<T>): Promise<T> {
		try {
			const answer = await this.service.send({
				method: 'POST',
				path: `${method}.json`,
				route: method,
				body: asBody(params),
				answer: answerSchema,
				repeatable: effect !== 'once',
			});
			if (answer.time !== undefined) this.tools.budget.note(method, answer.time, this.now());
			return parseAs(result, answer.result, method);
		} catch (error) {
			throw effect === 'read' ? asReading(error) : error;
		}
	}

	/** Many independent commands, fifty a call; outcomes in their order. */
	async run<T>(commands: readonly Command[], effect: Effect, result: z.ZodType<T>): Promise<Outcome<T>[]> {
		const groups = await this.runGroups(commands.map((command) => [command]), effect);
		return groups.map(([outcome]) => parseOutcome(outcome, effect, result));
	}

	/**
	 * Groups of commands that refer to each other: a group is never split between two calls. One bad command is one bad outcome.
	 * Throws when the portal is out of reach before anything was written; after that the rest comes back as "not now".
	 */
	async runGroups(groups: readonly (readonly Command[])[], effect: Effect): Promise<Outcome<unknown>[][]> {
		const run: Run = { effect, wroteAny: false, unanswered: 0 };
		const inBatches = groups.filter((group) => !group.some(hasEmptyList));
		const results: Outcome<unknown>[] = [];
		for (const batch of batchesOf(inBatches)) results.push(...(await this.runBatch(batch, run)));
		const byGroup = new Map<readonly Command[], Outcome<unknown>[]>();
		let from = 0;
		for (const group of inBatches) byGroup.set(group, results.slice(from, (from += group.length)));
		for (const group of groups) if (!byGroup.has(group)) byGroup.set(group, await this.runAlone(group, run));
		const flat = groups.flatMap((group) => byGroup.get(group) ?? []);
		const named = effect === 'read' ? flat : await this.named(flat, groups.flat());
		from = 0;
		return groups.map(({ length }) => named.slice(from, (from += length)));
	}

	/** A batch cannot say an empty list: such a command goes alone, as JSON. Nobody is in an empty list, so a filter by it is not asked. */
	private async runAlone(group: readonly Command[], run: Run): Promise<Outcome<unknown>[]> {
		const { stopped, effect } = run;
		const [command] = group;
		if (stopped !== undefined || command === undefined) return group.map(() => stopped ?? rejected('was not sent', false));
		const empty = group.flatMap(({ params }) => emptyLists(params));
		const filtered = empty.find((name) => name.startsWith('filter'));
		const why = filtered !== undefined ? `an empty list in ${filtered} would let everything through` : `an empty list (${empty.join(', ')}) cannot be sent together with commands that refer to each other`;
		if (filtered !== undefined || group.length > 1) return group.map(() => rejected(`nothing was sent: ${why}`, true));
		const outcome = await outcomeOf(async () => await this.call(command.method, command.params, effect, anything), this.now);
		if (effect !== 'read' && outcome.outcome !== 'rejected') run.wroteAny = true;
		return [outcome];
	}

	/** People know a field by its title, Bitrix24 refuses it by its code. One call for each kind of element, and only after such a refusal. */
	private async named(outcomes: readonly Outcome<unknown>[], commands: readonly Command[]): Promise<Outcome<unknown>[]> {
		const titles = new Map<number, ReadonlyMap<string, string>>();
		const named: Outcome<unknown>[] = [];
		for (const [index, outcome] of outcomes.entries()) {
			const refused = refusedForField(outcome, commands[index]);
			if (refused === undefined || outcome.outcome !== 'rejected') {
				named.push(outcome);
				continue;
			}
			const { entityTypeId, reason } = refused;
			const known = titles.get(entityTypeId) ?? (await this.titles(entityTypeId));
			titles.set(entityTypeId, known);
			named.push({ ...outcome, reason: withTitles(reason, known) });
		}
		return named;
	}

	/** For words only: where the fields cannot be read, a refusal keeps the code. */
	private async titles(entityTypeId: number): Promise<ReadonlyMap<string, string>> {
		const titles = await this.call('crm.item.fields', { entityTypeId, useOriginalUfNames: 'Y' }, 'read', titlesSchema).catch(failureOf);
		return titles instanceof ServiceFailure ? new Map() : titles;
	}

	private async runBatch(commands: readonly Command[], run: Run): Promise<Outcome<unknown>[]> {
		const { stopped, effect } = run;
		if (stopped !== undefined) return commands.map(() => stopped);
		const replies = await this.send(commands, effect).catch(failureOf);
		if (!(replies instanceof ServiceFailure)) {
			run.wroteAny = effect !== 'read';
			run.unanswered = 0;
			return replies.map((reply, index) => this.outcomeOf(reply, commands[index]?.method ?? '', effect));
		}
		const outcome = this.afterFailure(replies, run.wroteAny);
		if (replies.mayBeApplied) run.wroteAny = true;
		run.unanswered += 1;
		// One lost answer may be bad luck; after two the portal is down, and asking on would only leave more in doubt.
		if (outcome.outcome !== 'unknown') run.stopped = outcome;
		else if (run.unanswered >= 2) run.stopped = rejected(`was not sent, because ${replies.message}`, false);
		return commands.map(() => outcome);
	}

	/** Several reads in one call, all of which are needed. @throws ServiceFailure */
	async read(commands: readonly Command[]): Promise<unknown[]> {
		const replies = await this.send(commands, 'read');
		return replies.map((reply, index) => valueOf(reply, commands[index]?.method ?? ''));
	}

	/**
	 * A whole list by ascending id. The first page is asked for alone; when it is full, each next call chains up to fifty pages,
	 * every one of which begins after the last id of the one before it: 2,500 elements a call, and nothing shifts under the reader.
	 * @param after the id after which to begin @throws ServiceFailure
	 */
	async *list<T>(list: List<T>, after = 0): AsyncGenerator<T[], void> {
		// Nobody is in an empty list.
		if (emptyLists({ filter: list.filter ?? {} }).length > 0) return;
		let last = after;
		for (let pages = 1; ; pages = Math.min(batchSize, pages * 7)) {
			const commands = Array.from({ length: pages }, (_, page) => pageCommand(list, page === 0 ? last : lastIdOf(list)));
			const replies = await this.send(commands, 'read');
			for (const reply of replies) {
				const elements = elementsOf(valueOf(reply, list.method), list);
				const fresh = elements.filter((element) => list.idOf(element) > last);
				if (fresh.length > 0) yield fresh;
				// After a short page the chain has no last id to go on from: what its other pages hold is of no use.
				if (elements.length < pageSize || fresh.length === 0) return;
				last = fresh.reduce((highest, element) => Math.max(highest, list.idOf(element)), last);
			}
		}
	}

	private async send(commands: readonly Command[], effect: Effect): Promise<Reply[]> {
		const methods = [...new Set(commands.map(({ method }) => method))];
		await this.rest(methods);
		try {
			const { result } = await this.service.send({
				method: 'POST',
				path: 'batch.json',
				route: `batch of ${methods.join(', ')}`,
				body: { halt: 0, cmd: Object.fromEntries(commands.map((command, position) => [keyOf(position), encodeCommand(command, position)])) },
				answer: batchSchema,
				repeatable: effect !== 'once',
				about: `${commands.length} × ${methods.join(', ')}`,
			});
			this.note(commands, result);
			return commands.map((_, position) => replyOf(result, keyOf(position)));
		} catch (error) {
			throw effect === 'read' ? asReading(error) : error;
		}
	}

	/** Nested methods use up their own operating time (bitrix24.md §2): one that has little left slows down or rests. */
	private async rest(methods: readonly string[]): Promise<void> {
		const ms = this.tools.budget.waitMs(methods, this.now());
		if (ms > longestRestMs) {
			throw new ServiceFailure({
				api: 'Bitrix24',
				kind: 'rate_limited',
				retryAfterMs: ms,
				message: `Bitrix24 gives ${methods.join(', ')} no more operating time for ${Math.ceil(ms / 1000)} s, so nothing was sent`,
				advice: 'Nothing was changed. Run this again later, or spread the work over more time; Order Sync does so by itself.',
			});
		}
		if (ms > 0) await this.tools.sleep(ms);
	}

	/** The last command of each method tells what the whole batch has used up. */
	private note(commands: readonly Command[], { result_time: times }: BatchAnswer): void {
		const last = new Map(commands.map(({ method }, position) => [method, times[keyOf(position)]]));
		for (const [method, time] of last) if (time !== undefined) this.tools.budget.note(method, time, this.now());
	}

	private outcomeOf(reply: Reply, method: string, effect: Effect): Outcome<unknown> {
		switch (reply.kind) {
			case 'done':
				return ok(reply.value);
			case 'missing':
				return effect === 'once' ? unknown("Bitrix24's answer does not name this command", true) : rejected("Bitrix24's answer does not name this command", false);
			case 'refused': {
				const freeAt = reply.refusal.code === 'OPERATION_TIME_LIMIT' ? this.tools.budget.exhausted(method, this.now()) : undefined;
				return outcomeOfRefusal(reply.refusal, effect, freeAt);
			}
		}
	}

	private afterFailure(failure: ServiceFailure, wroteAny: boolean): Outcome<never> {
		// Half of the work is done and its outcome must not be lost with an exception.
		if (wroteAny && ['unauthorized', 'forbidden', 'unpaid'].includes(failure.kind)) {
			return rejected(`${failure.message} ${failure.advice}`, false);
		}
		return outcomeOfFailure(failure, this.now());
	}
}

const anything = z.unknown();
const hasEmptyList = ({ params }: Command): boolean => emptyLists(params).length > 0;

/** As many whole groups as fit into one call. */
function* batchesOf(groups: readonly (readonly Command[])[]): Generator<Command[]> {
	let batch: Command[] = [];
	for (const group of groups) {
		if (group.length > batchSize) throw new RangeError(`A batch takes ${batchSize} commands, not ${group.length}`);
		if (batch.length + group.length > batchSize) {
			yield batch;
			batch = [];
		}
		batch.push(...group);
	}
	if (batch.length > 0) yield batch;
}

function replyOf({ result, result_error: refusals }: BatchAnswer, key: string): Reply {
	const refusal = refusals[key];
	if (refusal !== undefined) return { kind: 'refused', refusal };
	return key in result ? { kind: 'done', value: result[key] } : { kind: 'missing' };
}

function valueOf(reply: Reply, method: string): unknown {
	if (reply.kind === 'done') return reply.value;
	const refusal = reply.kind === 'refused' ? reply.refusal : { code: 'ERROR_UNEXPECTED_ANSWER', text: 'the answer does not name this command' };
	throw failureOfRefusal(refusal, method);
}

const pageCommand = <T>({ method, params, filter, idName }: List<T>, after: number | Reference): Command => ({
	method,
	params: { ...params, order: { [idName]: 'ASC' }, filter: { ...filter, [`>${idName}`]: after }, start: -1 },
});

const lastIdOf = <T>({ itemsAt, idName }: List<T>): Reference =>
	new Reference(1, [...(itemsAt === undefined ? [] : [itemsAt]), pageSize - 1, idName]);

function elementsOf<T>(value: unknown, { itemsAt, element, method }: List<T>): T[] {
	const rows: unknown = itemsAt !== undefined && typeof value === 'object' && value !== null && itemsAt in value ? Reflect.get(value, itemsAt) : value;
	if (!Array.isArray(rows)) throw unreadable(method, 'no list');
	return rows.map((row) => parseAs(element, row, method));
}

/** @throws ServiceFailure naming fields and types, never values */
export function parseAs<T>(schema: z.ZodType<T>, value: unknown, method: string): T {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const where = parsed.error.issues.slice(0, 3).map(({ path, code }) => `${path.join('.') || 'the result'} (${code})`);
	throw unreadable(method, where.join('; '));
}

const unreadable = (method: string, where: string): ServiceFailure =>
	new ServiceFailure({
		api: 'Bitrix24',
		kind: 'bad_answer',
		message: `Bitrix24 answered ${method} in a shape that this package does not know: ${where}`,
		advice: 'Bitrix24 may have changed its API. Update this package, or report the method and the fields named here.',
	});

function parseOutcome<T>(outcome: Outcome<unknown> | undefined, effect: Effect, result: z.ZodType<T>): Outcome<T> {
	if (outcome === undefined) return rejected('was not sent', false);
	if (outcome.outcome !== 'ok') return outcome;
	const parsed = result.safeParse(outcome.value);
	if (parsed.success) return ok(parsed.data);
	const why = 'Bitrix24 answered in a shape that this package does not know';
	return effect === 'once' ? unknown(why, true) : rejected(why, true);
}

/** All calls are POSTs; a read that went wrong has changed nothing all the same. */
function asReading(error: unknown): unknown {
	if (!(error instanceof ServiceFailure) || !error.mayBeApplied) return error;
	const { api, kind, message, advice, status, blocked, retryAfterMs, body } = error;
	return new ServiceFailure({ api, kind, message, advice, status, blocked, retryAfterMs, body, mayBeApplied: false });
}

function failureOf(error: unknown): ServiceFailure {
	if (error instanceof ServiceFailure) return error;
	throw error;
}
