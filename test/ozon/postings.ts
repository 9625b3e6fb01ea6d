import { listedPosting, type OzonPosting, type Warehouse } from '../../nodes/Ozon/api/schema';

/** As `/v4/posting/fbs/list` sends it. */
export const sent = {
	posting_number: '24219509-0020-1',
	order_id: 680420041,
	order_number: '24219509-0020',
	parent_posting_number: '',
	status: 'awaiting_packaging',
	substatus: 'posting_created',
	in_process_at: '2026-11-20T08:00:00Z',
	shipment_date: '2026-11-21T12:00:00Z',
	delivering_date: null,
	tpl_integration_type: 'ozon',
	is_express: false,
	products: [{ sku: 11, offer_id: 'A-1', name: 'Чайник', quantity: 1, price: { amount: '12990.10', currency: 'RUB' } }],
	customer: null,
	addressee: null,
	barcodes: null,
	analytics_data: null,
	available_actions: ['ship', 'cancel'],
	tracking_number: '',
	cancellation: { cancel_reason_id: 0, cancel_reason: '', cancellation_type: '', cancelled_after_ship: false },
};

export function ozonPosting(more: Record<string, unknown> = {}, warehouse: Warehouse = 'seller'): OzonPosting {
	const listed = listedPosting({ ...sent, ...more }, warehouse);
	if ('unreadable' in listed) throw new Error(listed.unreadable.why);
	return listed.posting;
}
