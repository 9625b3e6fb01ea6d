import { STAGE, type StageName } from './names';

export type Kind = 'pickup' | 'postomat' | 'kaspi-delivery' | 'express' | 'own-delivery' | 'regional-pickup';

/** One thing that somebody does to an order, as soon as it is possible. */
export type Step =
	/** Somebody on Kaspi's side: the buyer, the courier, Kaspi, the seller in the cabinet (sandbox/README.md lists the actions). */
	| { by: 'kaspi'; actions: readonly string[] }
	/** A manager drags the deal. */
	| { by: 'manager'; from: StageName; to: StageName }
	/** Both at the same moment. */
	| { by: 'both'; actions: readonly string[]; from: StageName; to: StageName };

export interface Scenario {
	name: string;
	kinds: readonly Kind[];
	autoAccept?: boolean;
	preOrder?: boolean;
	signature?: boolean;
	steps: readonly Step[];
}

const carried: readonly Kind[] = ['kaspi-delivery', 'postomat', 'express', 'regional-pickup'];
const everything: readonly Kind[] = [...carried, 'pickup', 'own-delivery'];

const kaspi = (...actions: string[]): Step => ({ by: 'kaspi', actions });
const manager = (from: StageName, to: StageName): Step => ({ by: 'manager', from, to });
const both = (from: StageName, to: StageName, ...actions: string[]): Step => ({ by: 'both', actions, from, to });

const accepts = manager(STAGE.new, STAGE.accepted);
const packs = manager(STAGE.accepted, STAGE.ready);

/** Everything that can happen to an order, from the usual to the awkward. */
export const SCENARIOS: readonly Scenario[] = [
	{ name: 'accepted and packed in the CRM, delivered by Kaspi', kinds: carried, steps: [accepts, packs, kaspi('hand-over'), kaspi('complete')] },
	{ name: 'accepted by Kaspi itself, packed in the CRM', kinds: carried, autoAccept: true, steps: [packs, kaspi('hand-over'), kaspi('complete')] },
	{
		name: 'the seller works in the cabinet, the CRM only watches',
		kinds: carried,
		steps: [kaspi('accept-in-cabinet'), kaspi('assemble-in-cabinet'), kaspi('hand-over'), kaspi('complete')],
	},
	{ name: 'the manager skips a stage', kinds: carried, steps: [manager(STAGE.new, STAGE.ready), kaspi('hand-over')] },
	{ name: 'the manager cancels a new order', kinds: everything, steps: [manager(STAGE.new, STAGE.lost)] },
	{ name: 'the manager cancels while packing', kinds: carried, steps: [accepts, manager(STAGE.accepted, STAGE.lost)] },
	{ name: 'the buyer thinks better of it at once', kinds: everything, steps: [kaspi('buyer-cancel')] },
	{
		name: 'the courier brings it back, the seller collects it',
		kinds: carried,
		autoAccept: true,
		steps: [packs, kaspi('hand-over'), kaspi('courier-cancel'), kaspi('return-to-warehouse'), kaspi('close-cancelled')],
	},
	{ name: 'the courier is bringing it back', kinds: carried, autoAccept: true, steps: [packs, kaspi('hand-over'), kaspi('courier-cancel')] },
	{ name: 'picked up at the shop', kinds: ['pickup'], steps: [accepts, kaspi('complete')] },
	{ name: 'nobody came to pick it up', kinds: ['pickup'], autoAccept: true, steps: [kaspi('timeout')] },
	{ name: 'own courier', kinds: ['own-delivery'], steps: [accepts, manager(STAGE.accepted, STAGE.inDelivery), kaspi('complete')] },
	{ name: 'own courier on the way', kinds: ['own-delivery'], autoAccept: true, steps: [manager(STAGE.accepted, STAGE.inDelivery)] },
	{ name: 'credit papers signed late', kinds: carried, signature: true, steps: [accepts, kaspi('sign'), packs, kaspi('hand-over')] },
	{ name: 'credit papers never signed', kinds: everything, signature: true, steps: [kaspi('accept-in-cabinet'), kaspi('timeout')] },
	{ name: 'a pre-order arrives', kinds: carried, preOrder: true, steps: [accepts, kaspi('arrive'), packs, kaspi('hand-over')] },
	{ name: 'a pre-order waits', kinds: carried, preOrder: true, autoAccept: true, steps: [] },
	{
		name: 'bought, received, returned',
		kinds: carried,
		autoAccept: true,
		steps: [packs, kaspi('hand-over'), kaspi('complete'), kaspi('request-return'), kaspi('accept-return'), kaspi('returned')],
	},
	{ name: 'a return is being asked for', kinds: ['pickup'], autoAccept: true, steps: [kaspi('complete'), kaspi('request-return')] },
	{ name: 'accepted on both sides at once', kinds: everything, steps: [both(STAGE.new, STAGE.accepted, 'accept-in-cabinet')] },
	{ name: 'accepted in the CRM while the buyer cancels', kinds: everything, steps: [both(STAGE.new, STAGE.accepted, 'buyer-cancel')] },
	{ name: 'packed on both sides at once', kinds: carried, autoAccept: true, steps: [both(STAGE.accepted, STAGE.ready, 'assemble-in-cabinet'), kaspi('hand-over')] },
	{ name: 'packed in the CRM while the buyer cancels', kinds: carried, autoAccept: true, steps: [both(STAGE.accepted, STAGE.ready, 'buyer-cancel')] },
	{ name: 'cancelled in the CRM while the cabinet accepts', kinds: carried, steps: [both(STAGE.new, STAGE.lost, 'accept-in-cabinet')] },
	{ name: 'the CRM accepts while the cabinet has packed', kinds: carried, steps: [both(STAGE.new, STAGE.accepted, 'accept-in-cabinet', 'assemble-in-cabinet')] },
	{
		name: 'cancelled in the CRM while the courier takes it: it is delivered all the same',
		kinds: ['kaspi-delivery', 'postomat'],
		autoAccept: true,
		steps: [kaspi('assemble-in-cabinet'), both(STAGE.ready, STAGE.lost, 'hand-over'), kaspi('complete')],
	},
	{ name: 'nobody has looked at it yet', kinds: everything, steps: [] },
	{ name: 'waits for packing', kinds: carried, autoAccept: true, steps: [] },
];
