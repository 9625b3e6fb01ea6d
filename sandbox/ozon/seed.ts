import { act, possibleActions, type ActionName } from './actions';
import type { PostingSpec } from './generate';
import type { OzonShop } from './shop';

const HOUR = 3_600_000;

/** One posting and the moves it has made since, spread evenly over its age. */
interface Story {
	spec: PostingSpec;
	ageHours: number;
	moves: readonly ActionName[];
}

/** Orders again and again, with a different substitute phone each time. */
const OFFICE = { key: 'office', name: 'Ирина Коваль' };

const PACKED: readonly ActionName[] = ['assemble-in-cabinet'];
const SHIPPED: readonly ActionName[] = [...PACKED, 'hand-over'];
const AT_POINT: readonly ActionName[] = [...SHIPPED, 'move-on', 'move-on', 'move-on', 'move-on'];

/** Postings of every scheme in every state, some of them from the same people. */
const STORIES: readonly Story[] = [
	{ spec: { scheme: 'fbs' }, ageHours: 0.1, moves: [] },
	{ spec: { scheme: 'fbs', products: [{ quantity: 2 }, { quantity: 1 }] }, ageHours: 2, moves: [] },
	{ spec: { scheme: 'rfbs-express', buyer: OFFICE }, ageHours: 0.2, moves: [] },
	{ spec: { scheme: 'rfbs-express' }, ageHours: 0.5, moves: PACKED },
	{ spec: { scheme: 'rfbs-express' }, ageHours: 1, moves: SHIPPED },
	{ spec: { scheme: 'rfbs-express', buyer: OFFICE }, ageHours: 3, moves: [...SHIPPED, 'move-on', 'deliver'] },
	{ spec: { scheme: 'rfbs-express' }, ageHours: 8, moves: [...SHIPPED, 'deliver', 'dispute'] },
	{
		spec: { scheme: 'rfbs-express', buyer: OFFICE },
		ageHours: 30,
		moves: [...SHIPPED, 'deliver', 'dispute', 'decide-for-buyer'],
	},
	{ spec: { scheme: 'rfbs-express' }, ageHours: 40, moves: [...SHIPPED, 'deliver', 'receive'] },
	{ spec: { scheme: 'rfbs-own' }, ageHours: 1.5, moves: [] },
	{ spec: { scheme: 'rfbs-own' }, ageHours: 20, moves: PACKED },
	{ spec: { scheme: 'rfbs-own' }, ageHours: 26, moves: [...SHIPPED, 'ask-to-cancel'] },
	{
		spec: { scheme: 'rfbs-own' },
		ageHours: 40,
		moves: [...SHIPPED, 'move-on', 'deliver', 'receive', 'request-return'],
	},
	{ spec: { scheme: 'rfbs-3pl' }, ageHours: 6, moves: PACKED },
	{ spec: { scheme: 'rfbs-3pl' }, ageHours: 50, moves: [...SHIPPED, 'move-on'] },
	{ spec: { scheme: 'rfbs-aggregator' }, ageHours: 30, moves: SHIPPED },
	{ spec: { scheme: 'fbs' }, ageHours: 18, moves: PACKED },
	{ spec: { scheme: 'fbs' }, ageHours: 40, moves: SHIPPED },
	{ spec: { scheme: 'fbs' }, ageHours: 60, moves: [...SHIPPED, 'not-accepted'] },
	{ spec: { scheme: 'fbs' }, ageHours: 80, moves: AT_POINT },
	{ spec: { scheme: 'fbs' }, ageHours: 100, moves: [...AT_POINT, 'receive'] },
	{ spec: { scheme: 'fbs' }, ageHours: 140, moves: [...AT_POINT, 'receive', 'request-return', 'return-moves'] },
	{ spec: { scheme: 'fbs' }, ageHours: 33, moves: ['buyer-cancel'] },
	{ spec: { scheme: 'fbs' }, ageHours: 45, moves: ['miss-deadline'] },
	{ spec: { scheme: 'fbo' }, ageHours: 5, moves: ['move-on'] },
	{ spec: { scheme: 'fbo' }, ageHours: 90, moves: ['move-on', 'move-on', 'move-on', 'move-on', 'move-on', 'receive'] },
];

/** Fills the shop with postings whose history lies in the last six days. */
export function seedShop(shop: OzonShop): void {
	const now = shop.clock.now();
	for (const { spec, ageHours, moves } of [...STORIES].sort((a, b) => b.ageHours - a.ageHours)) {
		const age = ageHours * HOUR;
		const moment = (index: number) => now - age + (age * index) / (moves.length + 1);
		let number = '';
		shop.at(now - age, () => {
			number = shop.createPosting({ ...spec, createdAt: now - age }).number;
		});
		const posting = shop.postings.get(number);
		if (!posting) continue;
		moves.forEach((move, index) =>
			shop.at(moment(index + 1), () => {
				// Where the settings let Ozon act sooner, it may have been faster than the story.
				if (possibleActions(shop, posting).includes(move)) act(shop, posting, move);
			}),
		);
	}
}
