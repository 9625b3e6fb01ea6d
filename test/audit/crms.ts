import type { ICredentialDataDecryptedObject, INodeParameters, OnError } from 'n8n-workflow';
import type { WorkflowRun } from '../engine/engine';
import { openNodeBench as openAmoCrm } from '../amocrm/nodeBench';
import { openNodeBench as openBitrix24 } from '../bitrix24/nodeBench';
import type { Faults } from '../../sandbox/faults';
import { planted, plantedNames, type PlantedName } from './people';

/** A contact as the CRM's own pages show it. */
export interface Shown {
	id: string;
	name: string;
	phones: string[];
	emails: string[];
	dealIds: string[];
	tags: string[];
	notes: number;
}

/** One CRM of the sandbox with our node in n8n's engine, in words that hold for both. */
export interface AuditedCrm {
	account: string;
	/** As a person has stored them in n8n. */
	credentials: Record<string, ICredentialDataDecryptedObject>;
	run(parameters: INodeParameters, input?: Parameters<Awaited<ReturnType<typeof openAmoCrm>>['run']>[1], onError?: OnError): Promise<WorkflowRun>;
	items(run: WorkflowRun): ReturnType<WorkflowRun['outputs']>;
	reset(): void;
	/** People at their work: contacts and deals as `planted` says, ids by name. */
	plant(): Record<PlantedName, string>;
	addContact(person: { name: string; phones?: string[]; emails?: string[] }): string;
	addDeal(contactIds: string[], isClosed?: boolean): string;
	rename(id: string, name: string): void;
	remove(id: string): void;
	/** Searches know of everything that was written. */
	settle(): void;
	/** Who is linked to a deal, and who of them is the main one. */
	linked(dealId: string): { contactIds: string[]; main: string };
	/** Contacts that are there. */
	contacts(): Shown[];
	faults: Faults;
	api: 'amocrm' | 'bitrix24';
	/** Writes that the CRM has seen. */
	writes(): number;
	close(): Promise<void>;
}

function planting(crm: Pick<AuditedCrm, 'addContact' | 'addDeal'>): Record<PlantedName, string> {
	const entries = plantedNames.map((who) => {
		const { name, phones, ...more } = planted[who];
		const { emails = [], deals = 0, closed = 0 }: { emails?: readonly string[]; deals?: number; closed?: number } = more;
		const id = crm.addContact({ name, phones: [...phones], emails: [...emails] });
		for (let deal = 0; deal < deals; deal++) crm.addDeal([id], deal < closed);
		return [who, id] as const;
	});
	const ids = Object.fromEntries(entries);
	const of = (who: PlantedName): string => ids[who] ?? '';
	return {
		asel: of('asel'), aselAgain: of('aselAgain'), dana: of('dana'), danaFull: of('danaFull'), husband: of('husband'),
		wife: of('wife'), masked: of('masked'), maskedToo: of('maskedToo'), alone: of('alone'),
	};
}

export async function amoCrm(): Promise<AuditedCrm> {
	const bench = await openAmoCrm();
	const account = () => bench.sandbox.amocrm.account;
	const hands = {
		addContact: (person: { name: string; phones?: string[]; emails?: string[] }) => String(account().addContact(person).id),
		addDeal: (contactIds: string[], isClosed = false) =>
			String(account().addLead({ name: 'Сделка', contactIds: contactIds.map(Number), ...(isClosed ? { status: 142 } : {}) }).id),
	};
	return {
		...hands,
		account: bench.client.account,
		credentials: bench.engine.credentials.stored,
		api: 'amocrm',
		faults: bench.sandbox.faults,
		run: (parameters, input, onError) => bench.run({ resource: 'contact', ...parameters }, input, onError),
		items: (run) => run.outputs('amoCRM'),
		reset: () => void bench.sandbox.reset(true),
		plant: () => planting(hands),
		rename: (id, name) => void account().editContact(Number(id), { name }),
		remove: (id) => account().deleteContact(Number(id)),
		settle: () => account().flushIndex(),
		linked: (dealId) => {
			const lead = bench.sandbox.amocrm.state().leads.find(({ id }) => String(id) === dealId);
			return { contactIds: (lead?.contactIds ?? []).map(String), main: String(lead?.mainContactId) };
		},
		contacts: () =>
			bench.sandbox.amocrm.state().contacts.filter(({ isDeleted }) => !isDeleted).map(({ id, name, phones, emails, leadIds, tags, notesCount }) => ({
				id: String(id), name, phones, emails, dealIds: leadIds.map(String), tags, notes: notesCount,
			})),
		writes: () => Object.entries(bench.calls()).filter(([route]) => !route.startsWith('GET')).reduce((sum, [, count]) => sum + count, 0),
		close: () => bench.close(),
	};
}

export async function bitrix24(): Promise<AuditedCrm> {
	const bench = await openBitrix24();
	const account = () => bench.sandbox.bitrix24.account;
	const hands = {
		addContact: (person: { name: string; phones?: string[]; emails?: string[] }) => String(account().addContact(person).id),
		addDeal: (contactIds: string[], isClosed = false) =>
			String(account().addDeal({ title: 'Сделка', contactIds: contactIds.map(Number), ...(isClosed ? { stage: 'WON' } : {}) }).id),
	};
	return {
		...hands,
		account: bench.client.account,
		credentials: bench.engine.credentials.stored,
		api: 'bitrix24',
		faults: bench.sandbox.faults,
		run: (parameters, input, onError) => bench.run({ resource: 'contact', ...parameters }, input, onError),
		items: (run) => run.outputs('Bitrix24'),
		reset: () => bench.reset(),
		plant: () => planting(hands),
		rename: (id, name) => void account().editContact(Number(id), { name }),
		remove: (id) => account().remove('contact', Number(id)),
		settle: () => undefined,
		linked: (dealId) => {
			const contactIds = bench.sandbox.bitrix24.state().deals.find(({ id }) => String(id) === dealId)?.contactIds.map(String) ?? [];
			return { contactIds, main: contactIds[0] ?? '' };
		},
		contacts: () =>
			bench.sandbox.bitrix24.state().contacts.filter(({ isDeleted }) => !isDeleted).map(({ id, name, phones, emails, dealIds }) => ({
				id: String(id), name, phones, emails, dealIds: dealIds.map(String), tags: [], notes: 0,
			})),
		writes: () => Object.entries(bench.sandbox.bitrix24.state().methods.byMethod).filter(([method]) => /mergeBatch|update|add|delete/.test(method)).reduce((sum, [, count]) => sum + count, 0),
		close: () => bench.close(),
	};
}
