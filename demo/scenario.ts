import type { StageName } from './names';

/** One thing that somebody does to an order, as soon as it is possible. */
export type Step =
	/** Somebody on the marketplace's side: the buyer, the courier, the marketplace, the seller in the cabinet (sandbox/README.md lists the actions). */
	| { by: 'market'; actions: readonly string[]; whenDealAt?: StageName }
	/** A manager drags the deal, with so many packages on its card. */
	| { by: 'manager'; from: StageName; to: StageName; packages?: number }
	/** Both at the same moment. */
	| { by: 'both'; actions: readonly string[]; from: StageName; to: StageName };

export interface Scenario {
	name: string;
	/** Delivery kinds or schemes, as the sandbox calls them. */
	kinds: readonly string[];
	autoAccept?: boolean;
	preOrder?: boolean;
	signature?: boolean;
	/** Pieces of one product. */
	pieces?: number;
	steps: readonly Step[];
}

export const market = (...actions: string[]): Step => ({ by: 'market', actions });
/** Only once the deal stands there. */
export const marketOnce = (whenDealAt: StageName, ...actions: string[]): Step => ({ by: 'market', actions, whenDealAt });
export const manager = (from: StageName, to: StageName, packages?: number): Step => ({ by: 'manager', from, to, packages });
export const both = (from: StageName, to: StageName, ...actions: string[]): Step => ({ by: 'both', actions, from, to });
