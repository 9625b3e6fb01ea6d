import { TRAITS, type CancellationType, type Posting, type Product } from './posting';
import { availableActions } from './rules';
import type { OzonShop } from './shop';
import { iso, isoOrNull } from './time';

/** Extras a client asks for with `with`. */
export type Wanted = Partial<
	Record<'analytics_data' | 'barcodes' | 'financial_data' | 'legal_info' | 'related_postings', boolean | undefined>
>;

const CURRENCY = 'RUB';
const INITIATORS: Record<CancellationType, string> = {
	seller: 'Продавец',
	client: 'Клиент',
	ozon: 'Ozon',
	system: 'Система',
	delivery: 'Служба доставки',
};
const NO_REQUIREMENTS = ['gtd', 'country', 'mandatory_mark', 'rnpt', 'jw_uin', 'change_country', 'imei', 'weight'];

const amount = (value: number) => ({ amount: String(value), currency: CURRENCY });
/** `+7(XXX)XXX-XX-XX`, as `/v3/posting/fbs/get` writes the addressee's phone. */
const bracketed = (phone: string) => phone.replace(/^7(\d{3})(\d{3})(\d{2})(\d{2})$/, '+7($1)$2-$3-$4');

/** An item of `/v4/posting/fbs/list`: prices are objects, no pin, much of it null (ozon.md §4, §14). */
export function listItem(shop: OzonShop, posting: Posting, wanted: Wanted) {
	return {
		...common(shop, posting),
		addressee: showsCustomer(posting) ? { name: posting.buyer.name } : null,
		analytics_data: wanted.analytics_data ? analytics(posting) : null,
		barcodes: wanted.barcodes ? barcodes(posting) : null,
		customer: customer(posting, true),
		delivery_schema: 'fbs',
		destination_place_id: 0,
		destination_place_name: '',
		financial_data: wanted.financial_data
			? {
					cluster_from: 'Москва',
					cluster_to: posting.address.city,
					products: posting.products.map((product) => ({
						...money(product),
						customer_price: amount(product.price),
						commission: { amount: 0, percent: 0, currency: CURRENCY },
					})),
				}
			: null,
		is_click_and_collect: false,
		is_presortable: false,
		legal_info: wanted.legal_info ? { company_name: '', inn: '', kpp: '' } : null,
		optional: { products_with_possible_mandatory_mark: [] },
		pickup_code_verified_at: null,
		products: posting.products.map((product) => ({
			...line(product),
			price: amount(product.price),
			imei: [],
			is_blr_traceable: false,
			is_marketplace_buyout: false,
			product_color: '',
			weight: 0.5,
		})),
		prr_option: '',
		quantum_id: 0,
		require_blr_traceable_attrs: false,
		shipment_date_without_delay: iso(posting.shipmentDate),
		sorting_center: null,
		tariffication_steps: [],
		volume_weight: 0.1,
	};
}

/** `result` of `/v3/posting/fbs/get`: prices are strings, phone and pin are here (§4). */
export function fullPosting(shop: OzonShop, posting: Posting, wanted: Wanted) {
	const related = shop.ofOrder(posting.orderNumber).filter((other) => other !== posting);
	return {
		...common(shop, posting),
		additional_data: [],
		addressee: showsCustomer(posting)
			? {
					name: posting.buyer.name,
					phone: bracketed(posting.shownPhone),
					pin: posting.shownPhone === '' ? '' : posting.pin,
				}
			: null,
		analytics_data: wanted.analytics_data ? analytics(posting) : null,
		barcodes: wanted.barcodes ? barcodes(posting) : null,
		courier: null,
		customer: customer(posting, false),
		delivery_price: '',
		fact_delivery_date: isoOrNull(posting.factDeliveryDate),
		financial_data: wanted.financial_data
			? { cluster_from: 'Москва', cluster_to: posting.address.city, products: posting.products.map(oldFinance) }
			: null,
		legal_info: wanted.legal_info ? { company_name: '', inn: '', kpp: '' } : null,
		previous_substatus: posting.previousSubstatus,
		product_exemplars: null,
		products: posting.products.map((product) => ({
			...line(product),
			price: product.price.toFixed(4),
			currency_code: CURRENCY,
			dimensions: { height: '150.00', length: '200.00', weight: '550', width: '300.00' },
			mandatory_mark: [],
			is_blr_traceable: false,
			is_marketplace_buyout: false,
			has_imei: false,
		})),
		provider_status: '',
		related_postings: wanted.related_postings ? { related_posting_numbers: related.map(({ number }) => number) } : null,
	};
}

/** An item of `/v3/posting/fbo/list`: no customer, no actions. */
export function fboListItem(posting: Posting, wanted: Wanted) {
	return {
		...fboCommon(posting, wanted),
		cancellation: posting.cancellation
			? {
					cancel_reason: posting.cancellation.reason,
					cancellation_initiator: INITIATORS[posting.cancellation.type],
					cancellation_type: posting.cancellation.type,
				}
			: null,
		products: posting.products.map((product) => ({
			...line(product),
			price: amount(product.price),
			digital_codes: [],
			is_marketplace_buyout: false,
		})),
	};
}

/** `result` of `/v2/posting/fbo/get`: prices are strings again. */
export function fboPosting(posting: Posting, wanted: Wanted) {
	return {
		...fboCommon(posting, wanted),
		fact_delivery_date: isoOrNull(posting.factDeliveryDate),
		products: posting.products.map((product) => ({
			...line(product),
			price: product.price.toFixed(2),
			currency_code: CURRENCY,
			digital_codes: [],
			is_marketplace_buyout: false,
		})),
	};
}

function common(shop: OzonShop, posting: Posting) {
	const { warehouse, method, integration } = TRAITS[posting.scheme];
	const marks = posting.marksMissing ? posting.products.map(({ sku }) => String(sku)) : [];
	return {
		posting_number: posting.number,
		order_id: posting.orderId,
		order_number: posting.orderNumber,
		parent_posting_number: posting.parent,
		status: posting.status,
		substatus: posting.substatus,
		available_actions: availableActions(posting, shop.settings, shop.now()),
		cancellation: cancellation(posting),
		delivering_date: isoOrNull(posting.deliveringDate),
		delivery_method: {
			id: method.id,
			name: method.name,
			tpl_provider: method.provider,
			tpl_provider_id: method.providerId,
			warehouse: warehouse.name,
			warehouse_id: warehouse.id,
		},
		external_order: { is_external: false, platform_name: '' },
		in_process_at: isoOrNull(posting.inProcessAt),
		integration_type_flow: integration,
		is_express: posting.isExpress,
		is_multibox: false,
		multi_box_qty: 1,
		requirements: Object.fromEntries(
			NO_REQUIREMENTS.map((name) => [`products_requiring_${name}`, name === 'mandatory_mark' ? marks : []]),
		),
		scanit: '',
		shipment_date: iso(posting.shipmentDate),
		tpl_integration_type: integration,
		tracking_number: posting.trackingNumber,
	};
}

function fboCommon(posting: Posting, wanted: Wanted) {
	return {
		posting_number: posting.number,
		order_id: posting.orderId,
		order_number: posting.orderNumber,
		status: posting.status,
		substatus: posting.substatus,
		additional_data: [],
		analytics_data: wanted.analytics_data
			? {
					city: '',
					delivery_type: 'PVZ',
					is_legal: false,
					is_premium: false,
					payment_type_group_name: 'Карты оплаты',
					warehouse_id: TRAITS.fbo.warehouse.id,
					warehouse_name: TRAITS.fbo.warehouse.name,
					client_delivery_date_begin: iso(posting.deliveryBegin),
					client_delivery_date_end: iso(posting.deliveryEnd),
				}
			: null,
		cancel_reason_id: posting.cancellation?.reasonId ?? 0,
		created_at: iso(posting.createdAt),
		external_order: { is_external: false, platform_name: '' },
		financial_data: wanted.financial_data
			? { cluster_from: 'Москва', cluster_to: posting.address.city, products: posting.products.map(money) }
			: null,
		in_process_at: isoOrNull(posting.inProcessAt),
		legal_info: null,
	};
}

function cancellation({ cancellation: known }: Posting) {
	return {
		cancel_reason_id: known?.reasonId ?? 0,
		cancel_reason: known?.reason ?? '',
		cancellation_type: known?.type ?? '',
		cancellation_initiator: known ? INITIATORS[known.type] : '',
		cancelled_after_ship: known?.afterShip ?? false,
		affect_cancellation_rating: known?.type === 'seller',
	};
}

const showsCustomer = ({ scheme }: Posting): boolean => TRAITS[scheme].showsCustomer;

function customer(posting: Posting, withEmail: boolean) {
	if (!showsCustomer(posting)) return null;
	const { buyer, address, shownPhone } = posting;
	return {
		customer_id: buyer.customerId,
		name: buyer.name,
		phone: shownPhone === '' ? '' : `+${shownPhone}`,
		...(withEmail ? { customer_email: '' } : {}),
		address: {
			address_tail: address.tail,
			city: address.city,
			comment: '',
			country: 'Россия',
			district: '',
			latitude: address.latitude,
			longitude: address.longitude,
			provider_pvz_code: '',
			pvz_code: 0,
			region: address.region,
			zip_code: address.zip,
		},
	};
}

function analytics(posting: Posting) {
	const { warehouse, method, rfbs } = TRAITS[posting.scheme];
	return {
		region: rfbs ? posting.address.region : '',
		city: rfbs ? posting.address.city : '',
		delivery_type: rfbs ? 'Courier' : 'PVZ',
		is_premium: false,
		is_legal: false,
		payment_type_group_name: 'Банковская карта',
		warehouse_id: warehouse.id,
		warehouse: warehouse.name,
		tpl_provider_id: method.providerId,
		tpl_provider: method.provider,
		delivery_date_begin: iso(posting.deliveryBegin),
		delivery_date_end: iso(posting.deliveryEnd),
		client_delivery_date_begin: null,
		client_delivery_date_end: null,
	};
}

const barcodes = ({ id }: Posting) => ({ lower_barcode: `6013024${id}`, upper_barcode: `%101%${id}` });
const line = ({ sku, offerId, name, quantity }: Product) => ({ sku, offer_id: offerId, name, quantity });
const money = ({ sku, price, quantity }: Product) => ({
	product_id: sku,
	price,
	old_price: price,
	payout: 0,
	quantity,
	total_discount_percent: 0,
	total_discount_value: 0,
	actions: [],
});
const oldFinance = (product: Product) => ({
	...money(product),
	customer_price: product.price,
	currency_code: CURRENCY,
	customer_currency_code: CURRENCY,
	commission_amount: 0,
	commission_percent: 0,
	commissions_currency_code: CURRENCY,
});
