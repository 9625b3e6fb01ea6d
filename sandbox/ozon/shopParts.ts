import type { Random } from '../random';
import type { Inventor } from './generate';
import type { Actor, Cancellation, Posting } from './posting';
import type { Pushes } from './pushes/pushes';
import type { OzonSettings } from './settings';

/** A cancellation as it is ordered; whether it comes after assembly follows from the posting. */
export type CancelOrder = Omit<Cancellation, 'afterShip'>;

/** What the parts of a shop (returns, chats, labels, requests) need of the whole. */
export interface ShopParts {
	readonly random: Random;
	readonly settings: OzonSettings;
	readonly pushes: Pick<Pushes, 'announce'>;
	readonly inventor: Inventor;
	/** Epoch ms of the shop's own time. */
	now(): number;
	later(ms: number, run: () => void): void;
	note(posting: Posting, by: Actor, what: string): void;
	cancel(posting: Posting, by: Actor, order: CancelOrder): void;
}
