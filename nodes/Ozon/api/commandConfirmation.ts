import { sleep } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import type { OzonClient } from './client';
import { onePostingOf } from './postingLists';
import type { OzonPosting } from './schema';

/** Something that a person has to know, with what to do now. */
export class Unsettled extends Error {
	constructor(
		message: string,
		readonly advice: string,
	) {
		super(message);
		this.name = 'Unsettled';
	}
}

export const standing = ({ status, substatus }: OzonPosting): string => [status, substatus].filter(Boolean).join(', ');

/** The posting as it is now. @throws ServiceFailure, Unsettled when this shop has none of that number */
export async function needPosting(client: OzonClient, number: string): Promise<OzonPosting> {
	const posting = await onePostingOf(client, number, Date.now());
	if (posting !== undefined) return posting;
	throw new Unsettled(
		`Ozon has no posting ${number} in this shop`,
		'Check the number (it looks like 12345678-0001-1), and that the credential belongs to the shop of the posting.',
	);
}

/** Every write is gated by what Ozon offers for the posting at this moment (ozon.md §5, §7). @throws Unsettled */
export function refuseUnlessOffered(posting: OzonPosting, actions: readonly string[], what: string): void {
	if (actions.some((action) => posting.actions.includes(action))) return;
	throw new Unsettled(
		`Ozon does not offer ${what} for posting ${posting.number} at this moment (${standing(posting)})`,
		'Nothing was sent. See the posting in the seller cabinet: Ozon or the carrier may be the one to move it on, or marking codes are missing.',
	);
}

export interface Write {
	/** What is done, for texts: `Ship`. */
	what: string;
	send: () => Promise<void>;
	isDone: (posting: OzonPosting) => boolean;
	/** Why it will never be done; absent: it may still come. */
	isLost?: (posting: OzonPosting) => Unsettled | undefined;
	/** How long to wait for the effect, ms. */
	waitMs?: number;
	/** Sending it twice does harm. Otherwise it is sent again when its outcome is unknown and the posting does not show it. */
	onceOnly?: boolean;
}

const sendsAtMost = 3;
/** An effect of which nobody has word is looked for so long before the write is sent again, ms. */
const beforeSendingAgainMs = 6_000;

/** Status calls take effect some seconds later (§7 "asynchronous"). */
const usualWaitMs = 30_000;
const readEveryMs = 1_500;

/**
 * Sends a write and reads the posting until it shows the effect: an answer of 200 proves nothing (§7).
 * After an unknown outcome the posting decides.
 * @throws ServiceFailure, Unsettled
 */
export async function sendAndConfirm(client: OzonClient, number: string, write: Write, sends = 1): Promise<OzonPosting> {
	const failure = await write.send().then(
		() => undefined,
		(reason: unknown) => {
			if (reason instanceof ServiceFailure) return reason;
			throw reason;
		},
	);
	const isRefusal = failure?.kind === 'rejected' || failure?.kind === 'not_found';
	if (failure !== undefined && !failure.mayBeApplied && !isRefusal) throw failure;

	const mayGoAgain = failure?.kind === 'unknown_outcome' && write.onceOnly !== true && sends < sendsAtMost;
	const waitMs = isRefusal ? 0 : mayGoAgain ? beforeSendingAgainMs : (write.waitMs ?? usualWaitMs);
	for (let waited = 0; ; waited += readEveryMs) {
		const posting = await needPosting(client, number);
		if (write.isDone(posting)) return posting;
		const lost = write.isLost?.(posting);
		if (lost !== undefined) throw lost;
		if (waited >= waitMs) {
			if (mayGoAgain) return await sendAndConfirm(client, number, write, sends + 1);
			throw (
				failure ??
				new Unsettled(
					`Ozon took ${write.what} for posting ${number}, but the posting does not show it yet (${standing(posting)})`,
					'Read the posting again in a minute before you send anything once more.',
				)
			);
		}
		await sleep(readEveryMs);
	}
}

/** The refusal of one posting by a call about postings. */
export const refusedBy = (number: string, what: string, said: string): ServiceFailure =>
	new ServiceFailure({
		api: 'Ozon',
		kind: 'rejected',
		message: `Ozon refused ${what} for posting ${number}: ${said}`,
		advice: said.includes('HAS_INCORRECT_TPL_INTEGRATION_TYPE')
			? 'The carrier of this posting reports its statuses by itself.'
			: 'Read the posting: it may have gone on meanwhile, and statuses follow each other in one order only.',
	});
