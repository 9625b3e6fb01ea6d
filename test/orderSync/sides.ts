import type { ICredentialDataDecryptedObject, ICredentialType, IDataObject, INodeParameters } from 'n8n-workflow';
import type { Sandbox, SandboxCredentials, SandboxOptions } from '../../sandbox/sandbox';

interface Side {
	api: 'kaspi' | 'ozon' | 'amocrm' | 'bitrix24';
	/** As errors name it. */
	name: string;
	/** Order Sync's parameters that choose it. */
	parameters: INodeParameters;
	/** What holds the stories up and is not their subject: limits, waiting, chance. */
	sandbox: SandboxOptions;
	credentialType: new () => ICredentialType;
	/** Its name, and what a person fills in. */
	credential(of: SandboxCredentials): [string, ICredentialDataDecryptedObject];
	/** Under which key the nodes keep its pace: stories do not wait for anybody. */
	paceKey(of: SandboxCredentials): string;
	/** The same with a wrong secret. */
	wrongCredential(of: SandboxCredentials): ICredentialDataDecryptedObject;
}

export interface BuyerSpec {
	key: string;
	/** Ten digits. */
	phone: string;
	masked: boolean;
}

/** A marketplace as stories need it, looked at from behind: in the sandbox, not through the pack. */
export interface MarketSide extends Side {
	/** A new order in «Новая заявка»; returns its number. */
	place(sandbox: Sandbox, buyer?: BuyerSpec): string;
	total(sandbox: Sandbox, number: string): number;
	/** The word of the API for where the order stands. */
	status(sandbox: Sandbox, number: string): string;
	/** Who really ordered; undefined where the marketplace shows nobody. */
	buyerKey(sandbox: Sandbox, number: string): string | undefined;
	/** The seller takes a step in the cabinet: where its deal belongs then. */
	stepInCabinet: { act(sandbox: Sandbox, number: string): void; stage: string };
	/** A new order of three pieces of one thing and one of another, 1,000 and 500 apiece. */
	placeMany(sandbox: Sandbox): string;
	/** The seller takes pieces out of an order of `placeMany`: one of the first thing and the whole second one stay, two go. */
	cancelPart(sandbox: Sandbox, number: string): void;
	/** The buyer, or the marketplace, cancels. */
	cancel(sandbox: Sandbox, number: string): void;
	/** A stage that a manager moves a new deal to, what the order is afterwards, and where the deal stands in the end. */
	command: { wanted: string; status: string; stage: string };
	/** What the sandbox took and what was forbidden. */
	commands(sandbox: Sandbox): { accepted: number; refused: number; forbidden: readonly unknown[] };
	/** Calls that an idle look costs at the most. */
	idleCalls: number;
	/** Some buyers' phones are real numbers and some are hidden. */
	showsPhones: boolean;
}

export interface DealSeen {
	id: number;
	name: string;
	stage: string;
	orderNumber: unknown;
	/** The order's key on its card. */
	key: string;
	contactIds: readonly number[];
	amount: number;
	items: unknown;
	/** Absent where the CRM has no product rows. */
	rows?: readonly { name: string; price: number; quantity: number }[];
	/** The card's «Статус на маркетплейсе». */
	status: unknown;
	notes: readonly string[];
	tasks: readonly { text: string; /** Epoch ms. */ dueAt: number }[];
	/** What the CRM's trigger puts out when it tells of the deal. */
	triggered: IDataObject;
}

/** A CRM as stories need it. */
export interface CrmSide extends Side {
	pipelines(sandbox: Sandbox): string[];
	/** Of a pipeline, by name. */
	stages(sandbox: Sandbox, pipeline: string): string[];
	renamePipeline(sandbox: Sandbox, pipeline: string, name: string): void;
	renameStage(sandbox: Sandbox, pipeline: string, stage: string, name: string): void;
	/** Living deals of the pipeline. */
	deals(sandbox: Sandbox, pipeline: string): DealSeen[];
	contacts(sandbox: Sandbox): { id: number; phones: string[]; dealIds: number[] }[];
	/** Living deals of every pipeline. */
	allDeals(sandbox: Sandbox): readonly number[];
	/** As a manager does. */
	move(sandbox: Sandbox, dealId: number, stage: string): void;
	/** As a manager who is not the account's owner does; returns the user's id. */
	moveAs(sandbox: Sandbox, dealId: number, stage: string): number;
	/** To the pipeline of this name, or to any other one than this. */
	moveAway(sandbox: Sandbox, dealId: number, from: string): void;
	moveBack(sandbox: Sandbox, dealId: number, to: string, stage: string): void;
	remove(sandbox: Sandbox, dealId: number): void;
	/** A contact that managers had made before, findable by search. */
	addContact(sandbox: Sandbox, name: string, phone: string): void;
}
