import { ORDER_NUMBER_FIELD, PIPELINE, STAGE } from '../../demo/names';
import type { SandboxContact, SandboxLead, SandboxOrder, SandboxState } from '../../demo/sandboxState';

const API = 0;
export const MANAGER = 501;

/** An accepted pickup order of person-1 with an open phone, unless said otherwise. */
export function order(code: string, change: Partial<Omit<SandboxOrder, 'buyer'>> & { buyer?: Partial<SandboxOrder['buyer']> } = {}): SandboxOrder {
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
		updatedBy: API,
		contactIds: [100],
		fields: orderNumber === undefined ? {} : { [ORDER_NUMBER_FIELD]: orderNumber },
		tags: [],
		notes: [],
		...change,
	};
}

export function contact(id: number, change: Partial<SandboxContact> = {}): SandboxContact {
	return { id, name: 'Асель А', phones: ['+77015510000'], leadIds: [], createdBy: API, isDeleted: false, ...change };
}

export function state(change: { orders?: SandboxOrder[]; leads?: SandboxLead[]; contacts?: SandboxContact[] } & {
	tasks?: SandboxState['amocrm']['tasks'];
	commands?: Partial<SandboxState['kaspi']['commands']>;
}): SandboxState {
	return {
		calls: { kaspi: { total: 7 }, amocrm: { total: 11 } },
		kaspi: { commands: { accepted: 0, refused: 0, forbidden: [], late: [], ...change.commands }, orders: change.orders ?? [] },
		amocrm: {
			settings: { apiAuthorId: API },
			users: [{ id: MANAGER, name: 'Менеджер' }],
			leads: change.leads ?? [],
			contacts: change.contacts ?? [],
			tasks: change.tasks ?? [],
		},
		messenger: { messages: [] },
	};
}
