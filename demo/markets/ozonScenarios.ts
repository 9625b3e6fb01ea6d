import { STAGE } from '../names';
import { both, manager, market, marketOnce, type Scenario } from '../scenario';

/** The seller's own courier carries it: the seller says how it goes on. */
const own: readonly string[] = ['rfbs-own', 'rfbs-express'];
const carried: readonly string[] = ['fbs', 'rfbs-3pl'];
const everything: readonly string[] = [...own, ...carried];

const packs = manager(STAGE.new, STAGE.ready);
const ships = manager(STAGE.ready, STAGE.inDelivery);
const delivers = manager(STAGE.inDelivery, STAGE.delivered);
const delivered = [packs, ships, delivers];
/** From the seller's door to the pickup point, leg by leg. */
const travels = [market('hand-over'), market('move-on'), market('move-on'), market('move-on'), market('move-on')];

/** Everything that can happen to an Ozon posting, from the usual to the awkward. */
export const OZON_SCENARIOS: readonly Scenario[] = [
	{ name: 'own courier, driven from the CRM to the buyer’s word', kinds: own, steps: [...delivered, market('receive')] },
	{ name: 'delivered by the seller, beyond dispute not yet', kinds: own, steps: delivered },
	{ name: 'delivered by the seller, the buyer disputes', kinds: own, steps: [...delivered, marketOnce(STAGE.delivered, 'dispute')] },
	{
		name: 'delivered by the seller, disputed, decided for the buyer: it stays a dispute',
		kinds: own,
		steps: [...delivered, marketOnce(STAGE.delivered, 'dispute'), marketOnce(STAGE.dispute, 'decide-for-buyer')],
	},
	{
		name: 'delivered by the seller, disputed, decided for the seller',
		kinds: own,
		steps: [...delivered, marketOnce(STAGE.delivered, 'dispute'), marketOnce(STAGE.dispute, 'decide-for-seller')],
	},
	{
		name: 'delivered by the seller, then cancelled without a word',
		kinds: ['rfbs-express', 'rfbs-own'],
		steps: [...delivered, marketOnce(STAGE.delivered, 'cancel-by-ozon')],
	},
	{ name: 'a manager takes it, then packs it', kinds: everything, steps: [manager(STAGE.new, STAGE.accepted), manager(STAGE.accepted, STAGE.ready)] },
	{ name: 'Ozon carries it to the pickup point', kinds: ['fbs'], steps: [packs, ...travels, market('receive')] },
	{
		name: 'the seller works in the cabinet, the CRM only watches',
		kinds: ['fbs'],
		steps: [market('assemble-in-cabinet'), market('hand-over'), market('move-on'), market('move-on')],
	},
	{ name: 'the sorting centre does not take it', kinds: ['fbs'], steps: [packs, market('hand-over'), market('not-accepted')] },
	{ name: 'a carrier takes it to the buyer', kinds: ['rfbs-3pl'], steps: [packs, market('hand-over'), market('move-on'), market('deliver')] },
	{ name: 'Ozon’s partners take it', kinds: ['rfbs-aggregator'], steps: [packs, market('hand-over'), market('deliver')] },
	{ name: 'Ozon’s own warehouse', kinds: ['fbo'], steps: [market('move-on'), market('move-on'), market('move-on'), market('move-on')] },
	{ name: 'Ozon’s own warehouse, cancelled', kinds: ['fbo'], steps: [market('move-on'), market('buyer-cancel')] },
	{ name: 'the manager cancels a new order', kinds: everything, steps: [manager(STAGE.new, STAGE.lost)] },
	{ name: 'the manager cancels what is packed', kinds: everything, steps: [packs, manager(STAGE.ready, STAGE.lost)] },
	{ name: 'the buyer thinks better of it at once', kinds: [...everything, 'fbo'], steps: [market('buyer-cancel')] },
	{ name: 'the buyer asks to cancel, the seller agrees', kinds: own, steps: [packs, market('ask-to-cancel'), market('approve-in-cabinet')] },
	{ name: 'the buyer asks to cancel, the seller does not agree', kinds: own, steps: [packs, market('ask-to-cancel'), market('reject-in-cabinet'), ships] },
	{ name: 'refused at the door', kinds: own, steps: [packs, ships, marketOnce(STAGE.inDelivery, 'refuse')] },
	{ name: 'a part is refused at the pickup point', kinds: ['fbs'], pieces: 3, steps: [packs, ...travels, market('refuse-part')] },
	{ name: 'a part is refused at the door', kinds: own, pieces: 3, steps: [packs, ships, marketOnce(STAGE.inDelivery, 'refuse-part')] },
	{
		name: 'a part is refused and comes back to the seller',
		kinds: ['fbs'],
		pieces: 2,
		steps: [packs, ...travels, market('refuse-part'), market('return-moves'), market('return-received')],
	},
	{ name: 'a return is being asked for', kinds: own, steps: [...delivered, market('receive'), market('request-return')] },
	{
		name: 'bought, received, returned',
		kinds: ['fbs'],
		steps: [packs, ...travels, market('receive'), market('request-return'), market('return-moves'), market('return-moves'), market('return-received')],
	},
	{ name: 'two parcels: the posting is split', kinds: ['fbs', 'rfbs-own'], pieces: 2, steps: [manager(STAGE.new, STAGE.ready, 2), market('hand-over')] },
	{ name: 'three parcels: the posting is split', kinds: ['rfbs-3pl', 'fbs'], pieces: 4, steps: [manager(STAGE.new, STAGE.ready, 3)] },
	{ name: 'the seller packs two parcels in the cabinet', kinds: ['fbs', 'rfbs-own'], pieces: 3, steps: [market('split-in-cabinet'), market('hand-over')] },
	{ name: 'the seller has one piece less', kinds: carried, pieces: 3, steps: [market('cancel-part-in-cabinet'), packs] },
	{ name: 'one piece less, noticed when the deal is made already', kinds: own, pieces: 2, steps: [marketOnce(STAGE.new, 'cancel-part-in-cabinet')] },
	{ name: 'packed on both sides at once', kinds: everything, steps: [both(STAGE.new, STAGE.ready, 'assemble-in-cabinet')] },
	{ name: 'packed in the CRM while the buyer cancels', kinds: everything, steps: [both(STAGE.new, STAGE.ready, 'buyer-cancel')] },
	{ name: 'cancelled in the CRM while the cabinet packs', kinds: everything, steps: [both(STAGE.new, STAGE.lost, 'assemble-in-cabinet')] },
	{ name: 'the shipment date moves', kinds: everything, steps: [market('move-cutoff'), packs] },
	{ name: 'nobody has looked at it yet', kinds: [...everything, 'fbo'], steps: [] },
];
