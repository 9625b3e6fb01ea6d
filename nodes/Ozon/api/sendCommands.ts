import type { Command } from '../../../core/order/order';
import { ok, rejected, type Outcome } from '../../../core/ports';
import { ServiceFailure } from '../../../transport/errors';
import { outcomeOf } from '../../../transport/outcome';
import type { OzonClient } from './client';
import { isSuperseded } from '../model/postingSplit';
import { manyPostings, onePostingOf } from './postingLists';
import { packInto } from '../model/packages';
import { commandsOf } from '../model/order';
import type { OzonPosting } from './schema';
import { stageOfStatus } from '../model/postingStatus';
import { cancelPosting, setStatus, setTracking, shipPosting, type ItemResult, type StatusCall } from './postingWrites';

export interface OzonCommand {
	number: string;
	command: Command;
}

/** From so many postings on they are read by lists. */
const fewPostings = 3;

/**
 * Sends commands, one attempt each. Every posting is read first: what is done already is not sent, and nothing is sent that
 * Ozon does not offer at this moment (ozon.md §7). Status calls go out together, one call for many postings.
 */
export async function runCommands(client: OzonClient, commands: readonly OzonCommand[], now: () => number): Promise<Outcome<void>[]> {
	if (commands.length === 0) return [];
	const postings = await outcomeOf(async () => await readPostings(client, commands.map(({ number }) => number), now()), now);
	if (postings.outcome !== 'ok') return commands.map(() => postings);

	const outcomes: Outcome<void>[] = commands.map(() => rejected('Not sent', false));
	const together = new Map<StatusCall, number[]>();
	const alone: number[] = [];
	for (const [index, { number, command }] of commands.entries()) {
		const plan = planOf(command, postings.value.get(number), number);
		if (plan.kind === 'settled') outcomes[index] = plan.outcome;
		else if (plan.call === undefined) alone.push(index);
		else together.set(plan.call, [...(together.get(plan.call) ?? []), index]);
	}
	let failure: ServiceFailure | undefined;
	let sent = 0;
	const send = async (indexes: readonly number[], call: () => Promise<ItemResult[]>): Promise<void> => {
		if (failure !== undefined) {
			const { message } = failure;
			for (const index of indexes) outcomes[index] = rejected(`Not sent: ${message}`, false);
			return;
		}
		const outcome = await outcomeOf(call, now).catch((reason: unknown) => {
			// What was done must not be forgotten: a shop out of reach is thrown only when nothing has been sent yet.
			if (sent === 0 || !(reason instanceof ServiceFailure)) throw reason;
			failure = reason;
			return rejected<ItemResult[]>(`Not sent: ${reason.message}`, false);
		});
		sent += 1;
		for (const index of indexes) outcomes[index] = outcomeFor(commands[index]?.number, outcome);
	};
	for (const [call, indexes] of together) {
		await send(indexes, async () => await setStatus(client, call, indexes.flatMap((index) => commands[index]?.number ?? [])));
	}
	for (const index of alone) {
		const { number, command } = commands[index] ?? {};
		const posting = number === undefined ? undefined : postings.value.get(number);
		if (command !== undefined && posting !== undefined) await send([index], async () => await sendAlone(client, posting, command));
	}
	return outcomes;
}

async function readPostings(client: OzonClient, numbers: readonly string[], now: number): Promise<Map<string, OzonPosting>> {
	const found = new Map<string, OzonPosting>();
	if (numbers.length < fewPostings) {
		for (const number of numbers) {
			const posting = await onePostingOf(client, number, now);
			if (posting !== undefined) found.set(number, posting);
		}
		return found;
	}
	for (const each of (await manyPostings(client, numbers, now)).values()) {
		if ('posting' in each) found.set(each.posting.number, each.posting);
	}
	return found;
}

type Plan = { kind: 'settled'; outcome: Outcome<void> } | { kind: 'send'; call?: StatusCall };

const settled = (outcome: Outcome<void>): Plan => ({ kind: 'settled', outcome });

/** What to do about a command, given the posting as it is now. Pure. */
export function planOf(command: Command, posting: OzonPosting | undefined, number: string): Plan {
	if (posting === undefined) return settled(rejected(`Ozon has no posting ${number} in this shop`, true));
	if (isDone(command, posting)) return settled(ok(undefined));
	if (!commandsOf(posting.actions).includes(command.name)) {
		const where = [posting.status, posting.substatus].filter(Boolean).join(', ');
		return settled(rejected(`Ozon does not offer "${command.name}" for posting ${number} at this moment (${where}): nothing was sent`, true));
	}
	if (command.name === 'ship') return { kind: 'send', call: posting.actions.includes('non_int_delivering') ? 'delivering' : 'last-mile' };
	return { kind: 'send', call: command.name === 'deliver' ? 'delivered' : undefined };
}

/** Whether the posting is where the command brings it, on its way there, or beyond. Pure. */
export function isDone(command: Pick<Command, 'name'> & { tracking?: string }, posting: OzonPosting): boolean {
	const stage = stageOfStatus({ status: posting.status, substatus: posting.substatus ?? '' });
	const has = (action: string): boolean => posting.actions.includes(action);
	switch (command.name) {
		case 'assemble':
			// Under way counts: a second assembly of the same goods is refused at best.
			return isSuperseded(posting) || has('ship_async_in_process') || ['ready', ...afterReady].includes(stage);
		case 'ship':
			return afterReady.includes(stage) && !has('non_int_delivering') && !has('non_int_last_mile');
		case 'deliver':
			return stage === 'delivered' || stage === 'completed';
		case 'cancel':
			return stage === 'cancelled';
		case 'setTracking':
			return command.tracking !== undefined && posting.tracking === command.tracking;
		default:
			return false;
	}
}

const afterReady: readonly string[] = ['in_delivery', 'delivered', 'completed'];

async function sendAlone(client: OzonClient, posting: OzonPosting, command: Command): Promise<ItemResult[]> {
	const { number } = posting;
	switch (command.name) {
		case 'assemble':
			await shipPosting(client, number, packInto(posting, command.packages));
			return [{ number, refusal: undefined }];
		case 'cancel':
			await cancelPosting(client, number, reasonIdOf(command.reason, number), command.comment);
			return [{ number, refusal: undefined }];
		case 'setTracking':
			return await setTracking(client, [{ number, tracking: command.tracking }]);
		default:
			throw refusal(number, `Ozon has no such step as "${command.name}"`, 'Leave it to the CRM.');
	}
}

function reasonIdOf(reason: string, number: string): number {
	if (/^\d+$/.test(reason.trim())) return Number(reason);
	throw refusal(number, `Ozon takes no cancellation reason "${reason}"`, 'Name a reason by its number: 352 out of stock, 400 only defective left, 402 other.');
}

function outcomeFor(number: string | undefined, outcome: Outcome<ItemResult[]>): Outcome<void> {
	if (outcome.outcome !== 'ok') return outcome;
	const result = outcome.value.find((each) => each.number === number);
	if (result === undefined) return { outcome: 'unknown', reason: `Ozon said nothing about posting ${number ?? ''}: read it back` };
	return result.refusal === undefined ? ok(undefined) : rejected(`Ozon refused posting ${result.number}: ${result.refusal}`, true);
}

const refusal = (number: string, why: string, advice: string): ServiceFailure =>
	new ServiceFailure({ api: 'Ozon', kind: 'rejected', message: `Nothing was sent for posting ${number}: ${why}`, advice });
