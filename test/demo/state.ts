import { amocrm, type AmoState } from '../../demo/crms/amocrm';
import type { Facts } from '../../demo/facts';
import { kaspi, type KaspiOrder } from '../../demo/markets/kaspi';
import { ORDER_NUMBER_FIELD, PIPELINE, STAGE } from '../../demo/names';
import { factsOf } from '../../demo/pairs';

type SandboxLead = AmoState['leads'][number];
type SandboxContact = AmoState['contacts'][number];

/** What the sandbox says of both sides. */
export interface State {
	kaspi: { commands: { accepted: number; forbidden: { code: string; command: string; why: string }[] }; orders: KaspiOrder[] };
	amocrm: AmoState;
}

/** As the judge and the story are given it. */
export const facts = (state: State): Facts =>
	factsOf(
		{ name: 'kaspi-amocrm', market: kaspi, crm: amocrm },
		{ calls: { kaspi: { total: 7 }, amocrm: { total: 11 } }, messenger: { messages: [] }, kaspi: state.kaspi, amocrm: state.amocrm },
	);

const API = 0;
export const MANAGER = 501;

/** An accepted pickup order of person-1 with an open phone, unless said otherwise. */
export function order(code: string, change: Partial<Omit<KaspiOrder, 'buyer'>> & { buyer?: Partial<KaspiOrder['buyer']> } = {}): KaspiOrder {
	const { buyer, ...rest } = change;
	return {
		code,
		kind: 'pickup',
		state: 'PICKUP',
		status: 'ACCEPTED_BY_MERCHANT',
		tab: 'Самовывоз',
		signatureRequired: false,
		assembled: false,
		courierTransmissionDate: null,
		creationDate: Number(code),
		totalPrice: 1000,
		buyer: { key: 'person-1', phone: '7015510000', firstName: 'Асель', lastName: 'А', masked: false, ...buyer },
		actions: [],
		history: [],
		...rest,
	};
}

export function lead(id: number, orderNumber: string | undefined, change: Partial<SandboxLead> = {}): SandboxLead {
	return {
		id,
		pipeline: PIPELINE,
		stage: STAGE.ready,
		isDeleted: false,
		price: 1000,
		updatedBy: API,
		contactIds: [100],
		fields: orderNumber === undefined ? {} : { [ORDER_NUMBER_FIELD]: orderNumber },
		tags: [],
		notes: [],
		...change,
	};
}

export function contact(id: number, change: Partial<SandboxContact> = {}): SandboxContact {
	return { id, name: 'Асель А', phones: ['+77015510000'], leadIds: [], tags: [], createdBy: API, isDeleted: false, ...change };
}

export function state(change: { orders?: KaspiOrder[]; leads?: SandboxLead[]; contacts?: SandboxContact[] } & {
	tasks?: AmoState['tasks'];
	commands?: Partial<State['kaspi']['commands']>;
}): State {
	return {
		kaspi: { commands: { accepted: 0, forbidden: [], ...change.commands }, orders: change.orders ?? [] },
		amocrm: {
			settings: { apiAuthorId: API },
			users: [{ id: MANAGER, name: 'Менеджер' }],
			leads: change.leads ?? [],
			contacts: change.contacts ?? [],
			tasks: change.tasks ?? [],
		},
	};
}
