import { STAGE } from '../names';
import { both, manager, market, type Scenario } from '../scenario';

const carried: readonly string[] = ['kaspi-delivery', 'postomat', 'express', 'regional-pickup'];
const everything: readonly string[] = [...carried, 'pickup', 'own-delivery'];

const accepts = manager(STAGE.new, STAGE.accepted);
const packs = manager(STAGE.accepted, STAGE.ready);

/** Everything that can happen to a Kaspi order, from the usual to the awkward. */
export const KASPI_SCENARIOS: readonly Scenario[] = [
	{ name: 'accepted and packed in the CRM, delivered by Kaspi', kinds: carried, steps: [accepts, packs, market('hand-over'), market('complete')] },
	{ name: 'accepted by Kaspi itself, packed in the CRM', kinds: carried, autoAccept: true, steps: [packs, market('hand-over'), market('complete')] },
	{
		name: 'the seller works in the cabinet, the CRM only watches',
		kinds: carried,
		steps: [market('accept-in-cabinet'), market('assemble-in-cabinet'), market('hand-over'), market('complete')],
	},
	{ name: 'the manager skips a stage', kinds: carried, steps: [manager(STAGE.new, STAGE.ready), market('hand-over')] },
	{ name: 'the manager cancels a new order', kinds: everything, steps: [manager(STAGE.new, STAGE.lost)] },
	{ name: 'the manager cancels while packing', kinds: carried, steps: [accepts, manager(STAGE.accepted, STAGE.lost)] },
	{ name: 'the buyer thinks better of it at once', kinds: everything, steps: [market('buyer-cancel')] },
	{
		name: 'the courier brings it back, the seller collects it',
		kinds: carried,
		autoAccept: true,
		steps: [packs, market('hand-over'), market('courier-cancel'), market('return-to-warehouse'), market('close-cancelled')],
	},
	{ name: 'the courier is bringing it back', kinds: carried, autoAccept: true, steps: [packs, market('hand-over'), market('courier-cancel')] },
	{ name: 'picked up at the shop', kinds: ['pickup'], steps: [accepts, market('complete')] },
	{ name: 'nobody came to pick it up', kinds: ['pickup'], autoAccept: true, steps: [market('timeout')] },
	{ name: 'own courier', kinds: ['own-delivery'], steps: [accepts, manager(STAGE.accepted, STAGE.inDelivery), market('complete')] },
	{ name: 'own courier on the way', kinds: ['own-delivery'], autoAccept: true, steps: [manager(STAGE.accepted, STAGE.inDelivery)] },
	{ name: 'credit papers signed late', kinds: carried, signature: true, steps: [accepts, market('sign'), packs, market('hand-over')] },
	{ name: 'credit papers never signed', kinds: everything, signature: true, steps: [market('accept-in-cabinet'), market('timeout')] },
	{ name: 'a pre-order arrives', kinds: carried, preOrder: true, steps: [accepts, market('arrive'), packs, market('hand-over')] },
	{ name: 'a pre-order waits', kinds: carried, preOrder: true, autoAccept: true, steps: [] },
	{
		name: 'bought, received, returned',
		kinds: carried,
		autoAccept: true,
		steps: [packs, market('hand-over'), market('complete'), market('request-return'), market('accept-return'), market('returned')],
	},
	{ name: 'a return is being asked for', kinds: ['pickup'], autoAccept: true, steps: [market('complete'), market('request-return')] },
	{ name: 'accepted on both sides at once', kinds: everything, steps: [both(STAGE.new, STAGE.accepted, 'accept-in-cabinet')] },
	{ name: 'accepted in the CRM while the buyer cancels', kinds: everything, steps: [both(STAGE.new, STAGE.accepted, 'buyer-cancel')] },
	{ name: 'packed on both sides at once', kinds: carried, autoAccept: true, steps: [both(STAGE.accepted, STAGE.ready, 'assemble-in-cabinet'), market('hand-over')] },
	{ name: 'packed in the CRM while the buyer cancels', kinds: carried, autoAccept: true, steps: [both(STAGE.accepted, STAGE.ready, 'buyer-cancel')] },
	{ name: 'cancelled in the CRM while the cabinet accepts', kinds: carried, steps: [both(STAGE.new, STAGE.lost, 'accept-in-cabinet')] },
	{ name: 'the CRM accepts while the cabinet has packed', kinds: carried, steps: [both(STAGE.new, STAGE.accepted, 'accept-in-cabinet', 'assemble-in-cabinet')] },
	{
		name: 'cancelled in the CRM while the courier takes it: it is delivered all the same',
		kinds: ['kaspi-delivery', 'postomat'],
		autoAccept: true,
		steps: [market('assemble-in-cabinet'), both(STAGE.ready, STAGE.lost, 'hand-over'), market('complete')],
	},
	{ name: 'nobody has looked at it yet', kinds: everything, steps: [] },
	{ name: 'waits for packing', kinds: carried, autoAccept: true, steps: [] },
];
